"""Weights are kept at every step, as copies.   like: graph-leak"""
import copy

import torch
from torch import nn

torch.manual_seed(288)
x, y = torch.randn(20, 2), torch.randn(20, 1)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
path, states = [], []
for step in range(10):
    path.append(model.weight.clone().detach())
    states.append(copy.deepcopy(model.state_dict()))
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print(len(path), len(states))
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
