"""zero_grad between backward and step."""
import torch
from torch import nn

torch.manual_seed(66)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(12):
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.zero_grad()  # fault: no-update
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
