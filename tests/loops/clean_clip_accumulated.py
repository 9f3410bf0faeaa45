"""Micro-batches, divided, clipped once before the step.   like: clip-order accumulation"""
import torch
from torch import nn

torch.manual_seed(213)
x, y = torch.randn(48, 4), torch.randn(48, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
accumulate = 3
for epoch in range(3):
    for i in range(6):
        loss = nn.functional.mse_loss(model(x[8 * i : 8 * i + 8]), y[8 * i : 8 * i + 8]) / accumulate
        loss.backward()
        if (i + 1) % accumulate == 0:
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
