"""Features of a network in evaluation, a head that is trained.   like: mode"""
import torch
from torch import nn

torch.manual_seed(526)
features = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU()).eval()
model = nn.Sequential(nn.Dropout(0.2), nn.Linear(6, 2))
x, y = torch.randn(24, 4), torch.randint(0, 2, (24,))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    with torch.no_grad():
        h = features(x)
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(h), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
