"""W and b by hand, gradients, and no line that uses them."""
import torch

x = torch.tensor([[1.0], [2.0], [3.0]])
y = torch.tensor([[2.0], [4.0], [6.0]])
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(20):
    hypothesis = x * W + b
    cost = torch.mean((hypothesis - y) ** 2)
    cost.backward()  # fault: no-update
    print(f"Epoch {epoch:4d} Cost: {cost:.6f}")
