"""A GAN whose discriminator is never zeroed."""
import torch
from torch import nn

torch.manual_seed(5)
real = 3 + torch.randn(64, 1)
G = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
D = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
g_optimizer = torch.optim.Adam(G.parameters(), lr=1e-3)
d_optimizer = torch.optim.Adam(D.parameters(), lr=1e-3)
bce = nn.BCEWithLogitsLoss()
ones, zeros = torch.ones(64, 1), torch.zeros(64, 1)
for step in range(12):
    fake = G(torch.randn(64, 2))
    d_loss = bce(D(real), ones) + bce(D(fake.detach()), zeros)
    d_loss.backward()  # fault: stale-gradients
    d_optimizer.step()
    g_optimizer.zero_grad()
    g_loss = bce(D(G(torch.randn(64, 2))), ones)
    g_loss.backward()
    g_optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*G.parameters(), *D.parameters()]])
