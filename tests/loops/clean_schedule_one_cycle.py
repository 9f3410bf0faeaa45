"""One cycle over all batches of all epochs.   like: schedule no-update"""
import torch
from torch import nn

torch.manual_seed(309)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, epochs=3, steps_per_epoch=8)
for epoch in range(3):
    for i in range(0, 32, 4):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x[i : i + 4]), y[i : i + 4]).backward()
        optimizer.step()
        scheduler.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
