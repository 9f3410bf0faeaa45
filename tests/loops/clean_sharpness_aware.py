"""Sharpness-aware minimisation: two backward calls per step, the parameters moved and moved back by hand."""
import torch
from torch import nn

torch.manual_seed(88)
x, y = torch.randn(40, 3), torch.randn(40, 1)
model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(15):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    with torch.no_grad():
        size = torch.stack([p.grad.norm() for p in model.parameters()]).norm()
        moves = [0.05 * p.grad / size for p in model.parameters()]
        for p, e in zip(model.parameters(), moves):
            p.add_(e)
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p, e in zip(model.parameters(), moves):
            p.sub_(e)
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
