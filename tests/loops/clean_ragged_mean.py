"""Means over batches of different sizes.   like: reduction"""
import torch
from torch import nn

torch.manual_seed(334)
groups = [(torch.randn(n, 2), torch.randn(n, 1)) for n in (4, 9, 16, 6, 12)]
model = nn.Linear(2, 1)

optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
for epoch in range(2):
    for x, y in groups:
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
