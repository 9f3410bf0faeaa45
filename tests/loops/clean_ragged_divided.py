"""A sum, divided by the rows.   like: reduction"""
import torch
from torch import nn

torch.manual_seed(335)
groups = [(torch.randn(n, 2), torch.randn(n, 1)) for n in (4, 9, 16, 6, 12)]
model = nn.Linear(2, 1)

optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
for epoch in range(2):
    for x, y in groups:
        loss = nn.functional.mse_loss(model(x), y, reduction="sum") / len(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
