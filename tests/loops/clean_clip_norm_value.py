"""Backward, clip by norm and by value, step.   like: clip-order"""
import torch
from torch import nn

torch.manual_seed(210)
x, y = torch.randn(32, 5), 20 * torch.randn(32, 1)
model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    nn.utils.clip_grad_value_(model.parameters(), 0.5)
    optimizer.step()
    print(norm.item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
