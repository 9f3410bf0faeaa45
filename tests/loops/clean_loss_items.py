"""Numbers are added and kept.   like: graph-leak"""
import torch
from torch import nn

torch.manual_seed(280)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
losses, total, kept, mean = [], 0.0, [], torch.zeros(())
for epoch in range(12):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    kept.append(loss.detach())
    total += loss.detach()
    mean = 0.9 * mean + 0.1 * loss.detach()
print(losses, float(total), float(mean))
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
