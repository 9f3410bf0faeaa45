"""The test loss is computed with dropout at work."""
import torch
from torch import nn

torch.manual_seed(520)
x, y = torch.randn(32, 4), torch.randint(0, 2, (32,))
model = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(3):
    for rows in torch.randperm(32).split(16):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()

    with torch.no_grad():  # fault: mode
        print(nn.functional.cross_entropy(model(x), y).item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
