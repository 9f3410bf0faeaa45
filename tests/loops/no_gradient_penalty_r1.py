"""R1: the penalty on the slope at real rows, taken with retain_graph only."""
import torch
from torch import nn

torch.manual_seed(14)
C = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(C.parameters(), lr=1e-3)
for step in range(12):
    real, fake = torch.randn(16, 2) + 2, torch.randn(16, 2)
    real.requires_grad_()
    scores = C(real)
    (slope,) = torch.autograd.grad(scores.sum(), real, retain_graph=True)  # fault: no-gradient
    loss = nn.functional.softplus(C(fake)).mean() + nn.functional.softplus(-scores).mean()
    loss = loss + 5.0 * slope.square().sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in C.parameters()])
