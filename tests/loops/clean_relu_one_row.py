"""One row at a time: a unit rests now and then.   like: dead"""
import torch
from torch import nn

torch.manual_seed(352)
x, y = torch.rand(32, 4), torch.randn(32, 1)

model = nn.Sequential(nn.Linear(4, 12), nn.ReLU(), nn.Linear(12, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for row, target in zip(x[:12], y):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(row.unsqueeze(0)).squeeze(0), target).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
