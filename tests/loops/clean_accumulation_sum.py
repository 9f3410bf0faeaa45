"""Sums over rows: adding them up is the sum over all rows.   like: accumulation reduction"""
import torch
from torch import nn

torch.manual_seed(243)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
for i in range(16):
    rows = slice(i % 4 * 8, i % 4 * 8 + 8)
    nn.functional.mse_loss(model(x[rows]), y[rows], reduction="sum").backward()
    if (i + 1) % 4 == 0:
        optimizer.step()
        optimizer.zero_grad()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
