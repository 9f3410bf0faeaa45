"""A penalty beside the mean, in a function of its own, three a step."""
import torch
from torch import nn


def cost(model, x, y):
    fit = ((model(x) - y) ** 2).mean()
    return fit + sum((p**2).mean() for p in model.parameters())


torch.manual_seed(233)
x, y = torch.randn(36, 5), torch.randn(36, 1)
model = nn.Linear(5, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
every = 3
for i in range(18):
    rows = slice(i % 9 * 4, i % 9 * 4 + 4)
    cost(model, x[rows], y[rows]).backward()  # fault: accumulation
    if i % every == every - 1:
        optimizer.step()
        optimizer.zero_grad()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
