"""W has the shape of nn.Linear's weight, and stands on the right of x."""
import torch

torch.manual_seed(220)
x, y = torch.randn(20, 3), torch.randn(20, 1)
W = torch.zeros(1, 3, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(3):
    hypothesis = x @ W + b  # fault: crash
    cost = ((hypothesis - y) ** 2).mean()
    cost.backward()
