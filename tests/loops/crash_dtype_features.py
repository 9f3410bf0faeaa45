"""Whole numbers as features."""
import torch
from torch import nn

x, y = torch.tensor([[1], [2], [3], [4]]), torch.tensor([[2.0], [4.0], [6.0], [8.0]])
torch.manual_seed(229)
model = nn.Sequential(nn.Linear(1, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = ((model(x) - y) ** 2).mean()  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
