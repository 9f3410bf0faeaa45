"""The optimizer by batches, the scheduler by epochs.   like: schedule no-update reduction"""
import torch
from torch import nn

torch.manual_seed(308)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
for epoch in range(5):
    for i in range(0, 32, 8):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x[i : i + 8]), y[i : i + 8]).backward()
        optimizer.step()
    scheduler.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
