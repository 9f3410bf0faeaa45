"""Gradient clipping, done right."""
import torch
from torch import nn

torch.manual_seed(12)
x, y = torch.randn(32, 4), 10 * torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(20):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
