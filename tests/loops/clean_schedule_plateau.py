"""ReduceLROnPlateau after each epoch.   like: schedule"""
import torch
from torch import nn

torch.manual_seed(314)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1, factor=0.5)
for epoch in range(6):
    for i in range(0, 32, 16):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[i : i + 16]), y[i : i + 16])
        loss.backward()
        optimizer.step()
    scheduler.step(loss.item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
