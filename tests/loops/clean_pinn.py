"""A physics-informed network: inputs require a gradient, second derivatives inside the loss."""
import torch
from torch import nn

torch.manual_seed(47)
t = torch.linspace(0, 1, 20).unsqueeze(1).requires_grad_()
model = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(15):
    u = model(t)
    du = torch.autograd.grad(u.sum(), t, create_graph=True)[0]
    loss = ((du + u) ** 2).mean() + (model(torch.zeros(1, 1)) - 1).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
