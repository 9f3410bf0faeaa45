"""The rate set by hand, in whole numbers."""
import torch
from torch import nn

torch.manual_seed(320)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def adjust(epoch, epochs):
    for group in optimizer.param_groups:
        group["lr"] = 0.1 * ((epochs - epoch) // epochs) if epoch else 0  # fault: no-update


for epoch in range(8):
    adjust(epoch, 8)
    for rows in torch.randperm(24).split(12):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
