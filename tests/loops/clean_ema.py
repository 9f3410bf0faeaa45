"""Exponential moving average of weights, and warm-up of the rate."""
import torch
from torch import nn

torch.manual_seed(44)
x, y = torch.randn(40, 3), torch.randn(40, 1)
model = nn.Sequential(nn.Linear(3, 8), nn.GELU(), nn.Linear(8, 1))
average = [p.detach().clone() for p in model.parameters()]
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
warm = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 10))
for epoch in range(25):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
    warm.step()
    with torch.no_grad():
        for a, p in zip(average, model.parameters()):
            a.lerp_(p, 0.1)
print([p.numpy().tobytes().hex() for p in average])
