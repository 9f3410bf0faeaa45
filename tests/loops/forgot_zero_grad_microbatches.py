"""Two micro-batches per step, gradients never emptied."""
import torch
from torch import nn

torch.manual_seed(2)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for epoch in range(12):
    for half in (slice(0, 16), slice(16, 32)):
        loss = nn.functional.mse_loss(model(x[half]), y[half]) / 2
        loss.backward()  # fault: stale-gradients
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
