"""BCELoss on scores."""
import torch
from torch import nn

torch.manual_seed(233)
x, y = torch.randn(32, 4), torch.randint(0, 2, (32, 1)).float()
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = nn.BCELoss()(model(x), y)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
