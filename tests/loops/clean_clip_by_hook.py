"""Gradients are clamped as they arrive.   like: clip-order"""
import torch
from torch import nn

torch.manual_seed(219)
x, y = torch.randn(24, 1, 6), torch.randn(24, 1)
model = nn.Sequential(nn.Conv1d(1, 3, 3), nn.Tanh(), nn.Flatten(), nn.Linear(12, 1))
for p in model.parameters():
    p.register_hook(lambda gradient: gradient.clamp(-0.1, 0.1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
