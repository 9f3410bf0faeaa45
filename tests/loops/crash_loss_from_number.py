"""Losses are summed as numbers and made a tensor again."""
import torch
from torch import nn

torch.manual_seed(204)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(3):
    total = sum(((model(row) - target) ** 2).item() for row, target in zip(x, y))
    loss = torch.tensor(total / len(x))  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
