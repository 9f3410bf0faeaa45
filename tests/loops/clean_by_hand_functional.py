"""By hand with torch.autograd.grad."""
import torch

torch.manual_seed(19)
x = torch.randn(50)
y = 2 * x - 1
w = torch.randn(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(30):
    loss = ((x * w + b - y) ** 2).mean()
    gw, gb = torch.autograd.grad(loss, [w, b])
    with torch.no_grad():
        w -= 0.1 * gw
        b -= 0.1 * gb
print(w.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
