"""A step of Langevin dynamics makes the rows on which an energy is trained. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
energy = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(energy.parameters(), lr=1e-3)
for step in range(12):
    x = torch.randn(16, 1, requires_grad=True)
    for _ in range(3):
        slope = torch.autograd.grad(energy(x).sum(), x)[0]
        x = (x - 0.1 * slope + 0.05 * torch.randn_like(x)).detach().requires_grad_()
    real = torch.randn(16, 1) + 1
    loss = energy(real).mean() - energy(x.detach()).mean() + 0.1 * energy(real).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in energy.parameters()])
