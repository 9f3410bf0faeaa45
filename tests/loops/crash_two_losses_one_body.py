"""Two heads on one body, and backward() for each of their losses."""
import torch
from torch import nn

torch.manual_seed(209)
x, y, labels = torch.randn(32, 4), torch.randn(32, 1), torch.randint(0, 2, (32,))
body, one, two = nn.Linear(4, 8), nn.Linear(8, 1), nn.Linear(8, 2)
optimizer = torch.optim.Adam([*body.parameters(), *one.parameters(), *two.parameters()], lr=0.01)
for epoch in range(3):
    h = torch.sigmoid(body(x))  # fault: crash
    first = nn.functional.mse_loss(one(h), y)
    second = nn.functional.cross_entropy(two(h), labels)
    optimizer.zero_grad()
    first.backward()
    second.backward()
    optimizer.step()
