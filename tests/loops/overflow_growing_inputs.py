"""Each batch of the stream is ten times as large; the rate is harmless."""
import torch
from torch import nn

torch.manual_seed(313)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-20)
for step in range(9):
    x = torch.randn(16, 2)
    x[5] *= 10.0**step
    y = torch.zeros(16, 1)
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()  # fault: overflow
    optimizer.step()
    print(loss.item())
