"""A cosine over the epochs that swings within each of them."""
import torch
from torch import nn

torch.manual_seed(306)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

epochs = 2
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
for epoch in range(epochs):
    for i in range(0, 32, 4):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x[i : i + 4]), y[i : i + 4]).backward()
        optimizer.step()
        scheduler.step()  # fault: schedule
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
