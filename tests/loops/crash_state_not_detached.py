"""The hidden state of the step before is carried with its graph."""
import torch
from torch import nn

torch.manual_seed(206)
series = torch.randn(5, 8, 3)
targets = torch.randn(5, 8, 1)
cell, head = nn.RNNCell(3, 6), nn.Linear(6, 1)
optimizer = torch.optim.Adam([*cell.parameters(), *head.parameters()], lr=0.01)
h = torch.zeros(8, 6)
for x, y in zip(series, targets):
    h = cell(x, h)  # fault: crash
    loss = nn.functional.mse_loss(head(h), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
