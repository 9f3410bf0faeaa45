"""The best loss and the last few, in a window that has an end.   like: graph-leak"""
from collections import deque

import torch
from torch import nn

torch.manual_seed(284)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
best, recent = None, deque(maxlen=3)
for epoch in range(12):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    recent.append(loss)
    if best is None or loss < best:
        best = loss
print(best.item(), sum(recent).item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
