"""Small rates that move the last digits.   like: no-update"""
import torch
from torch import nn

torch.manual_seed(327)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.SGD(model.parameters(), lr=1e-5)
for step in range(8):
    rows = torch.randperm(24)[:8]
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
