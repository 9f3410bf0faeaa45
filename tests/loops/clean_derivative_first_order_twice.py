"""Two inner steps of the first order, with numbers as parameters. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
w = torch.full((1,), 0.5, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=1e-2)
for step in range(12):
    slope, x = torch.rand(()) + 1, torch.randn(16)
    fast = w
    for _ in range(2):
        (g,) = torch.autograd.grad(((fast * x - slope * x) ** 2).mean(), fast)
        fast = fast - 0.1 * g
    loss = ((fast * x - slope * x) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [w]])
