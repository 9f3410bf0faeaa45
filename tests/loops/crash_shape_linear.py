"""The second layer expects another width."""
import torch
from torch import nn

torch.manual_seed(217)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = nn.functional.mse_loss(model(x), y)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
