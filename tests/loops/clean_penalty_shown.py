"""The slope is measured and shown, and belongs to no loss. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
C = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(C.parameters(), lr=1e-3)
for step in range(12):
    real, fake = torch.randn(16, 2) + 2, torch.randn(16, 2)
    real.requires_grad_()
    scores = C(real)
    slope = torch.autograd.grad(scores.sum(), real, retain_graph=True)[0]
    loss = C(fake).mean() - scores.mean() + 0.1 * (C(fake) ** 2).mean()
    shown = float(slope.norm(dim=1).mean())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in C.parameters()])
