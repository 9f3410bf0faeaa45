"""The gradient is added."""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
y = 2 * x
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(14):
    cost = ((W * x + b - y) ** 2).mean()
    cost.backward()  # fault: overflow
    with torch.no_grad():
        for p in (W, b):
            p += 0.05 * p.grad  # fault: learning-rate
            p.grad = None
    print(epoch, cost.item())
