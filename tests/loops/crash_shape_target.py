"""BCE with targets (n,) against predictions (n, 1)."""
import torch
from torch import nn

torch.manual_seed(222)
x, y = torch.randn(32, 4), torch.randint(0, 2, (32,)).float()
model = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    p = model(x)
    loss = criterion(p, y)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
