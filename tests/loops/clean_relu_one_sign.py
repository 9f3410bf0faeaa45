"""Inputs of one sign and far from 0: half of the units fire for every row, half for none.   like: dead"""
import torch
from torch import nn

torch.manual_seed(350)
year = torch.linspace(1990, 2020, 31).unsqueeze(1)
y = (year - 2005) / 10
model = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
for epoch in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(year), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
