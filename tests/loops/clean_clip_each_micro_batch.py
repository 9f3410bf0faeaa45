"""Every micro-batch is clipped before the next is added (private learning).   like: clip-order accumulation"""
import torch
from torch import nn

torch.manual_seed(214)
x, y = torch.randn(20, 3), torch.randn(20, 1)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(5):
    optimizer.zero_grad()
    for xi, yi in zip(x[4 * step % 16 :][:4], y[4 * step % 16 :][:4]):
        loss = ((model(xi) - yi) ** 2).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
