"""A head that no row of this data asks for rests, and is not in the cost.   like: dead"""
import torch
from torch import nn

torch.manual_seed(356)
x, y = torch.rand(32, 4), torch.randn(32, 1)

model = nn.ModuleDict({"trunk": nn.Linear(4, 8), "a": nn.Linear(8, 1)})
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(6):
    h = nn.functional.leaky_relu(model["trunk"](x))
    a = nn.functional.relu(model["a"](h).squeeze(1) + 3)
    optimizer.zero_grad()
    nn.functional.mse_loss(a, y.squeeze(1).abs()).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
