"""The gradient penalty of a Wasserstein critic, without create_graph."""
import torch
from torch import nn

torch.manual_seed(14)
G = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2))
C = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
g_optimizer = torch.optim.RMSprop(G.parameters(), lr=1e-3)
c_optimizer = torch.optim.RMSprop(C.parameters(), lr=1e-3)
for step in range(12):
    for _ in range(2):
        real, fake = torch.randn(16, 2) + 2, G(torch.randn(16, 2)).detach()
        mix = (0.5 * real + 0.5 * fake).requires_grad_()
        slope = torch.autograd.grad(C(mix).sum(), mix)[0]  # fault: no-gradient
        c_loss = C(fake).mean() - C(real).mean() + 10 * (slope.norm(2, dim=1) - 1).pow(2).mean()
        c_optimizer.zero_grad()
        c_loss.backward()
        c_optimizer.step()
    g_optimizer.zero_grad()
    g_loss = -C(G(torch.randn(16, 2))).mean()
    g_loss.backward()
    g_optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*G.parameters(), *C.parameters()]])
