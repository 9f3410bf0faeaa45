"""W and b were made without requires_grad."""
import torch

x = torch.tensor([[1.0], [2.0], [3.0]])
y = torch.tensor([[2.0], [4.0], [6.0]])
W = torch.zeros(1)
b = torch.zeros(1)
for epoch in range(3):
    cost = torch.mean((x * W + b - y) ** 2)
    cost.backward()  # fault: crash
    with torch.no_grad():
        W -= 0.01 * W.grad
        b -= 0.01 * b.grad
