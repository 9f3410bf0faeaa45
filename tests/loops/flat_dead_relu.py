"""Every unit is dead from the start."""
import torch
from torch import nn

torch.manual_seed(72)
x, y = torch.rand(32, 3), torch.rand(32, 1) + 1
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1, bias=False), nn.ReLU())
with torch.no_grad():
    model[0].bias.fill_(-50.0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(12):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)  # fault: dead
    loss.backward()  # fault: flat
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
