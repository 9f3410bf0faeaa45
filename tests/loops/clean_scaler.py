"""Automatic mixed precision with a loss scale: the gradient the step uses is not the scaled loss's."""
import torch
from torch import nn

torch.manual_seed(80)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
scale = 1024.0
for epoch in range(20):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = nn.functional.mse_loss(model(x), y)
    (loss * scale).backward()
    for p in model.parameters():
        p.grad.div_(scale)
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
