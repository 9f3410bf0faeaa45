"""Gradient checkpointing around blocks with batch norm and dropout."""
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

torch.manual_seed(35)
x, y = torch.randn(32, 6), torch.randn(32, 1)
block = nn.Sequential(nn.Linear(6, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.2))
head = nn.Linear(12, 1)
optimizer = torch.optim.SGD([*block.parameters(), *head.parameters()], lr=0.05)
for epoch in range(12):
    optimizer.zero_grad()
    hidden = checkpoint(block, x, use_reentrant=False)
    loss = nn.functional.mse_loss(head(hidden), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*block.parameters(), *head.parameters()]])
print([b.numpy().tobytes().hex() for b in block.buffers()])
