"""The loss with its penalty is detached for the log: that says nothing of how the penalty is meant."""
import torch
from torch import nn

torch.manual_seed(14)
C = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(C.parameters(), lr=1e-3)
log = []
for step in range(12):
    rows = torch.randn(16, 2, requires_grad=True)
    scores = C(rows)
    (slope,) = torch.autograd.grad(scores.sum(), rows, retain_graph=True)  # fault: no-gradient
    loss = (scores - 1).square().mean() + 5.0 * (slope.norm(dim=1) - 1).square().mean()
    log.append(loss.detach())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(torch.stack(log).mean(), [p.detach().numpy().tobytes().hex() for p in C.parameters()])
