"""Scaled by hand between backward and step.   like: clip-order accumulation"""
import torch
from torch import nn

torch.manual_seed(220)
x, y = torch.randn(40, 4), torch.randn(40, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
k = 2
for i in range(12):
    part = slice(i % 5 * 8, i % 5 * 8 + 8)
    nn.functional.mse_loss(model(x[part]), y[part]).backward()
    if (i + 1) % k == 0:
        for p in model.parameters():
            p.grad.mul_(0.5)
            p.grad.clamp_(-1, 1)
        optimizer.step()
        optimizer.zero_grad()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
