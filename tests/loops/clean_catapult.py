"""A network whose rate is above the limit at first: the loss jumps, the curvature falls, training goes on."""
import torch

torch.manual_seed(45)
x = torch.randn(32, 4)
y = 0.1 * torch.randn(32, 1)
u = (2.0 * torch.randn(4, 64) / 8).requires_grad_()
v = (2.0 * torch.randn(64, 1) / 8).requires_grad_()
optimizer = torch.optim.SGD([u, v], lr=0.12)
for epoch in range(60):
    optimizer.zero_grad()
    loss = ((x @ u @ v - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print(u.detach().numpy().tobytes().hex(), v.detach().numpy().tobytes().hex())
