"""Labels counted from 1."""
import torch
from torch import nn

torch.manual_seed(231)
x, labels = torch.randn(32, 4), torch.arange(32) % 3 + 1
model = nn.Linear(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    scores = model(x)
    loss = nn.functional.cross_entropy(scores, labels)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
