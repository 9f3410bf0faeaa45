"""Class numbers as floats."""
import torch
from torch import nn

torch.manual_seed(226)
x, labels = torch.randn(32, 4), torch.randint(0, 3, (32,)).float()
model = nn.Linear(4, 3)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = criterion(model(x), labels)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
