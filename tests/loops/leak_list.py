"""Losses kept for a plot, with everything that made them."""
import torch
from torch import nn

torch.manual_seed(271)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
losses = []
for epoch in range(12):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss)  # fault: graph-leak
print([round(loss.item(), 3) for loss in losses])
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
