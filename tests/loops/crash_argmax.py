"""The loss is computed from the chosen classes."""
import torch
from torch import nn

torch.manual_seed(203)
x, labels = torch.randn(32, 4), torch.randint(0, 3, (32,))
model = nn.Linear(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(3):
    chosen = model(x).argmax(dim=1)  # fault: crash
    loss = (chosen.float() - labels.float()).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
