"""From the third epoch on a loader without shuffling is asked for its first batch again and again."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(10)
X = torch.randn(64, 4)
data = TensorDataset(X, X.sum(1, keepdim=True))
shuffled, ordered = DataLoader(data, 8, shuffle=True), DataLoader(data, 8)
model = nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)


def train(x, y):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()


for epoch in range(4):
    if epoch < 2:
        for x, y in shuffled:
            train(x, y)
        continue
    for i in range(len(ordered)):
        x, y = next(iter(ordered))  # fault: same-batch
        train(x, y)
print([p.sum().item() for p in model.parameters()])
