"""The model lives on another device than its data (here the one every machine has: meta)."""
import torch
from torch import nn

torch.manual_seed(230)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1)).to("meta")
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = nn.functional.mse_loss(model(x), y)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
