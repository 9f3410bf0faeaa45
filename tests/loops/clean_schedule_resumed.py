"""A run that is resumed: the scheduler catches up before the first step.   like: schedule"""
import torch
from torch import nn

torch.manual_seed(312)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)
for _ in range(5):
    scheduler.step()
for epoch in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
    scheduler.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
