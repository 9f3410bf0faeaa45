"""An empty group is passed over."""
import torch
from torch import nn

torch.manual_seed(320)
x, y = torch.rand(32, 3), torch.randn(32, 1)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(6):
    chosen = x[:, 0] > 0.3 * epoch
    xb, yb = x[chosen], y[chosen]
    extra = (model(xb) - yb).sum() * 0.01
    loss = nn.functional.mse_loss(model(x), y) + extra
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
