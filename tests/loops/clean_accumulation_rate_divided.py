"""Not the loss but the rate is divided.   like: accumulation"""
import torch
from torch import nn

torch.manual_seed(241)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
every = 4
base = 0.1
rate = base / every
optimizer = torch.optim.SGD(model.parameters(), lr=rate)
for i in range(16):
    rows = slice(i % 4 * 8, i % 4 * 8 + 8)
    nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
    if (i + 1) % every == 0:
        optimizer.step()
        optimizer.zero_grad()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
