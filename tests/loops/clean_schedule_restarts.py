"""Warm restarts of a few steps, on purpose.   like: schedule"""
import torch
from torch import nn

torch.manual_seed(315)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=4)
for epoch in range(4):
    for i in range(0, 32, 8):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x[i : i + 8]), y[i : i + 8]).backward()
        optimizer.step()
        scheduler.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
