"""The loss is made anew from its number."""
import torch
from torch import nn

torch.manual_seed(63)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(12):
    optimizer.zero_grad()
    value = nn.functional.mse_loss(model(x), y).item()
    loss = torch.tensor(value, requires_grad=True)  # fault: no-gradient
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
