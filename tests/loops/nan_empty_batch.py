"""The last slice of a hand-made loader is empty."""
import torch
from torch import nn

torch.manual_seed(318)
x, y = torch.randn(40, 3), torch.randn(40, 1)
model = nn.Linear(3, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for start in range(0, 41, 8):
    xb, yb = x[start : start + 8], y[start : start + 8]  # fault: nan
    loss = ((model(xb) - yb) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
