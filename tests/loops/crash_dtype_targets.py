"""Targets of a binary cross entropy as whole numbers."""
import torch
from torch import nn

torch.manual_seed(227)
x, y = torch.randn(32, 4), torch.randint(0, 2, (32, 1))
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
