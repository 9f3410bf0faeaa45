"""zero_grad at every batch, a step at every second: nothing adds up.   like: accumulation"""
import torch
from torch import nn

torch.manual_seed(247)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for i in range(14):
    rows = slice(i % 4 * 8, i % 4 * 8 + 8)
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
    if i % 2 == 0:
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
