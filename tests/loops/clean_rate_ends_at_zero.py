"""The last steps have rate 0.   like: no-update"""
import torch
from torch import nn

torch.manual_seed(324)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    for group in optimizer.param_groups:
        group["lr"] = 0.1 * max(0.0, 1 - step / 9)
    rows = torch.randperm(24)[:8]
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
