"""train() and eval() at their places.   like: mode"""
import torch
from torch import nn

torch.manual_seed(523)
x, y = torch.randn(32, 4), torch.randint(0, 2, (32,))
model = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(4):
    model.train()
    for rows in torch.randperm(32).split(16):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()

    model.eval()
    with torch.no_grad():
        print(nn.functional.cross_entropy(model(x), y).item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
