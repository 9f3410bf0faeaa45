"""Through nn.L1Loss, with batches from a loader."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(23)
x = torch.randn(64, 2)
y = x[:, 0] - x[:, 1]
loader = DataLoader(TensorDataset(x, y), batch_size=16)
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
criterion = nn.L1Loss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(4):
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)  # fault: broadcast
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
