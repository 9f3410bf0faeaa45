"""By hand through .data and .grad = None."""
import torch

torch.manual_seed(17)
x = torch.randn(50)
y = 2 * x - 1
w = torch.randn(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(30):
    loss = ((x * w + b - y) ** 2).mean()
    loss.backward()
    w.data -= 0.1 * w.grad.data
    b.data -= 0.1 * b.grad.data
    w.grad = b.grad = None
print(w.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
