"""Nobody made an optimizer."""
import torch
from torch import nn

torch.manual_seed(169)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
criterion = nn.MSELoss()
for epoch in range(12):
    model.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()  # fault: no-update
    print(epoch, loss.item())
