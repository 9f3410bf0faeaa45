"""A cosine whose T_max is the number of steps.   like: schedule no-update"""
import torch
from torch import nn

torch.manual_seed(310)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4 * 5)
for epoch in range(5):
    for rows in torch.randperm(24).split(6):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
        scheduler.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
