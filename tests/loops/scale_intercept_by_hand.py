"""W x + b by hand, x in the thousands: the intercept is a leaf that is added."""
import torch

x = torch.tensor([1000.0, 2000.0, 3000.0, 4000.0, 5000.0, 6000.0])
y = 0.5 * x + 3
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(10):
    cost = ((W * x + b - y) ** 2).mean()  # fault: scale
    cost.backward()
    with torch.no_grad():
        W -= 1e-9 * W.grad
        b -= 1e-9 * b.grad
    W.grad = b.grad = None
    print(W.item(), b.item())
