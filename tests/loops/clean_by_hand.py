"""The notebook's loop by hand, right."""
import torch

x = torch.tensor([1.0, 2.0, 3.0, 4.0])
y = 13 * x + 1
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(40):
    cost = ((W * x + b - y) ** 2).mean()
    cost.backward()
    with torch.no_grad():
        W -= 0.01 * W.grad
        b -= 0.01 * b.grad
        W.grad.zero_()
        b.grad.zero_()
print(W.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
