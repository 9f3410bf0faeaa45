"""The weights are moved by hand between two losses that share one forward pass."""
import torch

torch.manual_seed(216)
x, y = torch.randn(20, 2), torch.randn(20, 1)
U = torch.randn(2, 4, requires_grad=True)
V = torch.randn(4, 1, requires_grad=True)
for epoch in range(2):
    h = torch.tanh(x @ U) @ V
    fit = ((h - y) ** 2).mean()
    size = (h**2).mean()
    fit.backward(retain_graph=True)
    with torch.no_grad():
        V -= 0.1 * V.grad  # fault: crash
    size.backward()
    U.grad = V.grad = None
