"""A GAN: the generator's backward lands on the discriminator's gradients, which are emptied before use."""
import torch
from torch import nn

torch.manual_seed(13)
G = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
D = nn.Sequential(nn.Linear(1, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
g_optimizer = torch.optim.Adam(G.parameters(), lr=1e-3)
d_optimizer = torch.optim.Adam(D.parameters(), lr=1e-3)
bce = nn.BCEWithLogitsLoss()
ones, zeros = torch.ones(32, 1), torch.zeros(32, 1)
for step in range(20):
    real = 3 + torch.randn(32, 1)
    d_optimizer.zero_grad()
    fake = G(torch.randn(32, 2))
    d_loss = bce(D(real), ones) + bce(D(fake.detach()), zeros)
    d_loss.backward()
    d_optimizer.step()
    g_optimizer.zero_grad()
    g_loss = bce(D(fake), ones)
    g_loss.backward()
    g_optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*G.parameters(), *D.parameters()]])
