"""Class numbers as a column."""
import torch
from torch import nn

torch.manual_seed(223)
x, labels = torch.randn(32, 4), torch.randint(0, 3, (32, 1))
model = nn.Linear(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    scores = model(x)
    loss = nn.functional.cross_entropy(scores, labels)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
