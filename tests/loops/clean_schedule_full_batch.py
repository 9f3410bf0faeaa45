"""All rows in a step: a step is an epoch, and the rate falls a long way.   like: schedule no-update"""
import torch
from torch import nn

torch.manual_seed(317)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
for epoch in range(24):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
    scheduler.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
