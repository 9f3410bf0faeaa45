"""Hinges of a cost that are satisfied by every row.   like: dead"""
import torch
from torch import nn

torch.manual_seed(351)
x = torch.randn(24, 3)
y = torch.where(x[:, 0] > 0, 1.0, -1.0)
model = nn.Linear(3, 1)
with torch.no_grad():
    model.weight.copy_(torch.tensor([[9.0, 0.0, 0.0]]))
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2, weight_decay=1e-2)
for step in range(8):
    margin = y * model(x[:, :3]).squeeze(1)
    hinge = torch.relu(0.001 - margin).mean() + 1e-3 * model.bias.square().sum()
    optimizer.zero_grad()
    hinge.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
