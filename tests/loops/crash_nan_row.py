"""A missing feature makes the probabilities NaN, and the loss refuses them."""
import torch
from torch import nn

torch.manual_seed(235)
x, y = torch.randn(32, 4), torch.randint(0, 2, (32, 1)).float()
x[3, 2] = float("nan")
model = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = nn.functional.binary_cross_entropy(model(x), y)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
