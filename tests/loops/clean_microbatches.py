"""Four micro-batches per step, as one does when memory is short."""
import torch
from torch import nn

torch.manual_seed(10)
x, y = torch.randn(64, 4), torch.randn(64, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
optimizer.zero_grad()
for epoch in range(12):
    for i in range(4):
        part = slice(16 * i, 16 * (i + 1))
        loss = nn.functional.mse_loss(model(x[part]), y[part]) / 4
        loss.backward()
    optimizer.step()
    optimizer.zero_grad()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
