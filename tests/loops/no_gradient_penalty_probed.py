"""Between the penalty and the step another derivative is taken, of the scores alone."""
import torch
from torch import nn

torch.manual_seed(14)
C = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(C.parameters(), lr=1e-3)
for step in range(12):
    rows = torch.randn(16, 2, requires_grad=True)
    scores = C(rows)
    (slope,) = torch.autograd.grad(scores.sum(), rows, retain_graph=True)  # fault: no-gradient
    loss = (scores - 1).square().mean() + 5.0 * (slope.norm(dim=1) - 1).square().mean()
    last = torch.autograd.grad(scores.mean(), C[2].weight, retain_graph=True)[0]
    if step % 4 == 0:
        print(f"{last.norm().item():.6f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in C.parameters()])
