"""The older, re-entrant checkpoint: a Python autograd Function."""
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

torch.manual_seed(36)
x, y = torch.randn(32, 6), torch.randn(32, 1)
first = nn.Linear(6, 8)
block = nn.Sequential(nn.Linear(8, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.2))
head = nn.Linear(12, 1)
parameters = [*first.parameters(), *block.parameters(), *head.parameters()]
optimizer = torch.optim.SGD(parameters, lr=0.05)
for epoch in range(12):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(head(checkpoint(block, first(x), use_reentrant=True)), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in parameters], [b.numpy().tobytes().hex() for b in block.buffers()])
