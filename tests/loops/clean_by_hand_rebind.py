"""By hand, a new leaf at every step: allowed, since it is detached and asked to require a gradient."""
import torch

torch.manual_seed(18)
x = torch.randn(50)
y = 2 * x - 1
w = torch.randn(1, requires_grad=True)
for epoch in range(30):
    loss = ((x * w - 1 - y) ** 2).mean()
    loss.backward()
    w = (w - 0.1 * w.grad).detach().requires_grad_()
v = torch.randn(1, requires_grad=True)
for epoch in range(30):
    loss = ((x * v - 1 - y) ** 2).mean()
    loss.backward()
    v = v - 0.1 * v.grad
    v = v.detach().requires_grad_(True)
print(w.detach().numpy().tobytes().hex(), v.detach().numpy().tobytes().hex())
