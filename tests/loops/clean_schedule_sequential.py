"""A warm-up, then a decay, one after the other, two optimizers.   like: schedule no-update"""
import torch
from torch import nn

torch.manual_seed(316)
x = torch.randn(24, 3)
model = nn.ModuleList([nn.Linear(3, 2), nn.Linear(2, 3)])
optimizers = [torch.optim.Adam(net.parameters(), lr=1e-2) for net in model]
schedulers = []
for optimizer in optimizers:
    warm = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=3)
    fall = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.95)
    schedulers.append(torch.optim.lr_scheduler.SequentialLR(optimizer, [warm, fall], milestones=[3]))
for step in range(8):
    for optimizer in optimizers:
        optimizer.zero_grad()
    nn.functional.mse_loss(model[1](model[0](x)), x).backward()
    for optimizer in optimizers:
        optimizer.step()
    for scheduler in schedulers:
        scheduler.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
