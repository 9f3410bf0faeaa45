"""Asleep at first, woken by a penalty on the biases.   like: dead"""
import torch
from torch import nn

torch.manual_seed(355)
x, y = torch.rand(32, 4), torch.randn(32, 1)

model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
with torch.no_grad():
    model[0].bias.fill_(-1.5)
optimizer = torch.optim.Adam(model.parameters(), lr=0.3)
for step in range(10):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y) + model[0].bias.square().sum()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
