"""Losses of the inner loop are summed over tasks and differentiated once.   like: graph-leak"""
import torch
from torch import nn

torch.manual_seed(286)
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for step in range(8):
    outer = 0.0
    for task in range(3):
        slope = 1.0 + task
        x = torch.randn(6, 1)
        inner = (nn.functional.linear(x, model.weight, model.bias) - slope * x).square().mean()
        gw, gb = torch.autograd.grad(inner, (model.weight, model.bias), create_graph=True)
        w, b = model.weight - 0.1 * gw, model.bias - 0.1 * gb
        outer += (nn.functional.linear(x, w, b) - slope * x).square().mean()
    optimizer.zero_grad()
    outer.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
