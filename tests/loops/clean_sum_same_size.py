"""A sum over batches that all have one size.   like: reduction"""
import torch
from torch import nn

torch.manual_seed(340)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for epoch in range(2):
    for i in range(0, 32, 8):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x[i : i + 8]), y[i : i + 8], reduction="sum").backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
