"""The notebook's loop without optimizer.zero_grad(): the gradients pile up."""

import torch

x = torch.tensor([[1.0], [2.0], [3.0]])
y = torch.tensor([[2.0], [4.0], [6.0]])
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([W, b], lr=0.01)

for epoch in range(200):
    cost = ((x * W + b - y) ** 2).mean()
    cost.backward()
    optimizer.step()
print(f"W {W.item():.3f}, b {b.item():.3f}, cost {cost.item():.4g}")
