"""The slope is measured under no_grad, as a number to be shown with the loss. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
C = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(C.parameters(), lr=1e-3)
for step in range(12):
    rows = torch.randn(16, 2, requires_grad=True)
    fit = (C(rows) - rows.detach().sum(1, keepdim=True)).square().mean()
    with torch.no_grad():
        size = torch.autograd.grad(fit, rows, retain_graph=True)[0].norm()
    loss = fit + size
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in C.parameters()])
