"""Squares added by hand, groups of all sizes."""
import torch
from torch import nn

torch.manual_seed(329)
groups = [(torch.randn(n, 2), torch.randn(n, 1)) for n in (4, 9, 16, 6, 12)]
model = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=2e-3)
for epoch in range(2):
    for x, y in groups:
        loss = ((model(x) - y) ** 2).sum()  # fault: reduction
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
