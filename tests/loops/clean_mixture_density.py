"""Mixture weights by a softmax, a negative log likelihood by hand.   like: double-softmax softmax-dim"""
import math

import torch
from torch import nn

torch.manual_seed(117)
x = torch.rand(40, 1)
y = x + 0.3 * torch.sin(6 * x) + 0.05 * torch.randn(40, 1)
model = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 9))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    pi, mu, log_sigma = model(x).chunk(3, dim=1)
    log_pi = torch.log_softmax(pi, dim=1)
    log_density = -0.5 * ((y - mu) / log_sigma.exp()) ** 2 - log_sigma - 0.5 * math.log(2 * math.pi)
    loss = -torch.logsumexp(log_pi + log_density, dim=1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
