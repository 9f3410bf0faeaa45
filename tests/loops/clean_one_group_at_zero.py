"""The backbone rests at rate 0 while the head learns.   like: no-update"""
import torch
from torch import nn

torch.manual_seed(325)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.Adam([{"params": model[0].parameters(), "lr": 0.0}, {"params": model[2].parameters()}], lr=1e-2)
for step in range(8):
    rows = torch.randperm(24)[:8]
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
