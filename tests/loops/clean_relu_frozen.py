"""A frozen extractor whose second layer is silent on these rows.   like: dead"""
import torch
from torch import nn

torch.manual_seed(353)
x, y = torch.rand(32, 4), torch.randn(32, 1)

features = nn.Sequential(nn.Linear(4, 6), nn.ReLU()).requires_grad_(False)
features[0].bias.fill_(-9.0)
model = nn.Sequential(nn.Linear(10, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(torch.cat([x, features(x)], 1)), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
