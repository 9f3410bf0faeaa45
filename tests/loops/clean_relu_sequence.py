"""A rectifier after a linear layer over time and features; the last axis are the units.   like: dead"""
import torch
from torch import nn

torch.manual_seed(357)
series = torch.randn(6, 7, 3)
model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(series[:, :-1]), series[:, 1:]).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
