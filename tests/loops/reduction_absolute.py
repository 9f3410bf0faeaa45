"""Absolute deviations, added, of a convolution over series in buckets."""
import torch
from torch import nn

torch.manual_seed(332)
buckets = [torch.randn(n, 1, 8) for n in (3, 6, 12)]
model = nn.Conv1d(1, 1, 3, padding=1)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for step in range(9):
    series = buckets[step % 3]
    loss = (model(series) - series.roll(1, 2)).abs().sum()  # fault: reduction
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
