"""The encoder runs once, before the loop, and is to be trained with the head."""
import torch
from torch import nn

torch.manual_seed(208)
x, y = torch.randn(32, 4), torch.randn(32, 1)
encoder, head = nn.Linear(4, 8), nn.Linear(8, 1)
optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=0.01)
features = torch.tanh(encoder(x))  # fault: crash
for epoch in range(3):
    loss = nn.functional.mse_loss(head(features), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
