"""The whole forward pass under no_grad, and the error silenced with requires_grad_()."""
import torch
from torch import nn

torch.manual_seed(166)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(6):
    optimizer.zero_grad()
    with torch.no_grad():
        prediction = model(x)  # fault: no-gradient
        loss = ((prediction - y) ** 2).mean()
    loss.requires_grad_()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
