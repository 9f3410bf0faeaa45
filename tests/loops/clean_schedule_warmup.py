"""A warm-up that begins at 0 and a linear decay that ends there, by steps.   like: schedule no-update"""
import torch
from torch import nn

torch.manual_seed(311)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
total, warm = 16, 3
scheduler = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda s: s / warm if s < warm else max(0.0, (total - s) / (total - warm))
)
for epoch in range(4):
    for rows in torch.randperm(24).split(6):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
        scheduler.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
