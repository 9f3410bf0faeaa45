"""Milestones in epochs, counted in batches."""
import torch
from torch import nn

torch.manual_seed(305)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[2, 4, 6], gamma=0.1)
epoch = 0
while epoch < 4:
    for rows in torch.arange(24).split(6):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()  # fault: schedule
    epoch += 1
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
