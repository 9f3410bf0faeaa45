"""By hand, too large a rate; it overflows."""
import torch

x = torch.tensor([10.0, 20.0, 30.0, 40.0])
y = 13 * x + 1
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(25):
    cost = ((W * x + b - y) ** 2).mean()
    cost.backward()  # fault: overflow
    with torch.no_grad():
        b -= 0.01 * b.grad
        W -= 0.01 * W.grad  # fault: learning-rate
        W.grad = b.grad = None
print(W.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
