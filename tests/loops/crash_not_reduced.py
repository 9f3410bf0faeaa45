"""reduction='none', and no mean."""
import torch
from torch import nn

torch.manual_seed(224)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
criterion = nn.MSELoss(reduction="none")
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()  # fault: crash
    optimizer.step()
