"""A minus that came from a log-likelihood."""
import torch
from torch import nn

torch.manual_seed(311)
x, y = torch.randn(32, 3), torch.randn(32, 1)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(15):
    optimizer.zero_grad()
    loss = -nn.functional.mse_loss(model(x), y)  # fault: overflow
    loss.backward()
    optimizer.step()
    print(loss.item())
