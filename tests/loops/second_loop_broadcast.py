"""A first loop of 60 steps is clean; the fault is in the fine-tuning loop after it."""
import torch
from torch import nn

torch.manual_seed(90)
x = torch.randn(32, 2)
y = x.sum(1)
model = nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(60):
    optimizer.zero_grad()
    loss = (model(x).squeeze(1) - y).abs().mean()
    loss.backward()
    optimizer.step()
for epoch in range(20):
    optimizer.zero_grad()
    loss = (model(x) - y).pow(2).mean()  # fault: broadcast
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
