"""A few of many units rest.   like: dead"""
import torch
from torch import nn

torch.manual_seed(349)
x, y = torch.rand(32, 4), torch.randn(32, 1)

model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1))
with torch.no_grad():
    model[0].bias[:5] = -10.0
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
