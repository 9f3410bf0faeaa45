"""Targets of a mean teacher whose dropout is at work, on purpose.   like: mode"""
import torch
from torch import nn

torch.manual_seed(528)
import copy

x = torch.randn(24, 4)
model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.3), nn.Tanh(), nn.Linear(8, 2))
teacher = copy.deepcopy(model)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    with torch.no_grad():
        wanted = teacher(x)
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x + 0.1 * torch.randn_like(x)), wanted).backward()
    optimizer.step()
    with torch.no_grad():
        for old, new in zip(teacher.parameters(), model.parameters()):
            old.mul_(0.9).add_(new, alpha=0.1)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
