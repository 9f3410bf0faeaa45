"""Meta-learning of the first order: the inner step is not differentiated. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
w, b = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)
optimizer = torch.optim.Adam([w, b], lr=1e-2)
for step in range(12):
    slope, x = torch.rand(()) + 1, torch.randn(16)
    loss_within = ((w * x + b - slope * x) ** 2).mean()
    gw, gb = torch.autograd.grad(loss_within, (w, b))
    fast_w, fast_b = w - 0.1 * gw, b - 0.1 * gb
    x = torch.randn(16)
    loss = ((fast_w * x + fast_b - slope * x) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [w, b]])
