"""From step 40 on the loss of the first rows of a second loader is shown beside that of training. like: same-batch"""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(11)
X = torch.randn(96, 4)
data = TensorDataset(X, X.sum(1, keepdim=True))
train, held = DataLoader(data, 8, shuffle=True), DataLoader(data, 8)
model = nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(6):
    for x, y in train:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        if epoch >= 4:
            x, y = next(iter(held))
            with torch.no_grad():
                print(f"{nn.functional.mse_loss(model(x), y).item():.4f}")
