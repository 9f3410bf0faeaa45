"""The rate is 0, batch after batch."""
import torch
from torch import nn

torch.manual_seed(318)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.SGD(model.parameters(), lr=0.0, momentum=0.9)  # fault: no-update
for epoch in range(3):
    for rows in torch.randperm(24).split(6):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
