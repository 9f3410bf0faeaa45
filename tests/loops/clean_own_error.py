"""The program's own check ends it, in words that torch uses too."""
import torch
from torch import nn

torch.manual_seed(240)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(3):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
if model(x).shape != (32, 2):
    raise ValueError("size mismatch: Target size must be the same as input size")
