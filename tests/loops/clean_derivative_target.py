"""The slope of a fixed energy is what a network of scores learns. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
energy = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)).requires_grad_(False)
score = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(score.parameters(), lr=1e-2)
for step in range(12):
    x = torch.randn(32, 2, requires_grad=True)
    slope = torch.autograd.grad(energy(x).sum(), x)[0]
    loss = (score(x.detach()) + slope).square().sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in score.parameters()])
