"""Evaluated after the first epoch, and never back in training."""
import torch
from torch import nn

torch.manual_seed(517)
x, y = torch.randn(32, 4), torch.randint(0, 2, (32,))
model = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(4):
    for rows in torch.arange(32).split(16):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()

    model.eval()  # fault: mode
    with torch.no_grad():
        print((model(x).argmax(1) == y).float().mean().item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
