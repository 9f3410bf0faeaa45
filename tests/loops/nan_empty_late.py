"""The empty batch comes long after the first steps."""
import torch
from torch import nn

torch.manual_seed(319)
x, y = torch.randn(100, 2), torch.randn(100, 1)
model = nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for start in range(0, 101, 4):
    xb, yb = x[start : start + 4], y[start : start + 4]
    loss = nn.functional.mse_loss(model(xb), yb)
    optimizer.zero_grad()
    loss.backward()  # fault: nan
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
