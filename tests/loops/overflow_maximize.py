"""maximize=True on a cost."""
import torch
from torch import nn

torch.manual_seed(310)
x, y = torch.randn(32, 3), torch.randn(32, 1)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, maximize=True)
for epoch in range(15):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()  # fault: overflow
    optimizer.step()
    print(loss.item())
