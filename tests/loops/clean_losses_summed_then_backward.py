"""A list of losses that one backward call is made of; begun anew at each step.   like: graph-leak accumulation"""
import torch
from torch import nn

torch.manual_seed(281)
x = torch.randn(24, 4)
model = nn.ModuleList([nn.Linear(4, 2), nn.Linear(4, 3)])
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(10):
    losses = []
    for net in model:
        losses.append(net(x).square().mean())
    total = 0.0
    for loss in losses:
        total += loss
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
