"""Rows that silence every unit, but only in evaluation.   like: dead"""
import torch
from torch import nn

torch.manual_seed(358)
x, y = torch.rand(32, 4), torch.randn(32, 1)

model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
far = -1e3 * model[0].weight.detach().sum(0, keepdim=True)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
    with torch.no_grad():
        print(model(far).item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
