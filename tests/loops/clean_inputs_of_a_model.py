"""like: unregistered. Points of a physical model, kept by it and differentiated."""
import torch
from torch import nn

torch.manual_seed(826)
class Physics(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
        self.t = torch.linspace(0, 1, 16).view(-1, 1).requires_grad_(True)

    def residual(self):
        u = self.net(self.t)
        du = torch.autograd.grad(u, self.t, torch.ones_like(u), create_graph=True)[0]
        return ((du + u) ** 2).mean() + (u[0, 0] - 1) ** 2


model = Physics()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = model.residual()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
