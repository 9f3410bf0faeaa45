"""Dropout in place on what relu in place saved."""
import torch
from torch import nn

torch.manual_seed(243)
x, y = torch.randn(32, 4), torch.randn(32, 1)
body, head = nn.Linear(4, 8), nn.Linear(8, 1)
optimizer = torch.optim.SGD([*body.parameters(), *head.parameters()], lr=0.01)
for epoch in range(8):
    h = nn.functional.relu(body(x), inplace=True)
    h = nn.functional.dropout(h, 0.1, inplace=True)  # fault: crash
    loss = nn.functional.mse_loss(head(h), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
