"""A search for a rate, after which the first weights are put back.   like: no-update schedule"""
import torch
from torch import nn

torch.manual_seed(326)
import copy

x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
first = copy.deepcopy(model.state_dict())
optimizer = torch.optim.Adam(model.parameters(), lr=1e-6)
for step in range(10):
    rows = torch.randperm(32)[:8]
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
    optimizer.step()
    for group in optimizer.param_groups:
        group["lr"] *= 3
model.load_state_dict(first)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
