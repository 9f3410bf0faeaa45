"""The generator's loss is taken of rows that were detached for the discriminator: the generator never learns."""
import torch
from torch import nn

torch.manual_seed(14)
G = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
D = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
of_G, of_D = torch.optim.Adam(G.parameters(), lr=1e-3), torch.optim.Adam(D.parameters(), lr=1e-3)
judge = nn.functional.binary_cross_entropy_with_logits
real, made = torch.ones(16, 1), torch.zeros(16, 1)
for step in range(12):
    rows = torch.randn(16, 2) + 2
    fake = G(torch.randn(16, 2)).detach()  # fault: no-gradient
    loss_D = judge(D(rows), real) + judge(D(fake), made)
    of_D.zero_grad()
    loss_D.backward()
    of_D.step()
    loss_G = judge(D(fake), real)
    of_G.zero_grad()
    loss_G.backward()
    of_G.step()
print([p.detach().numpy().tobytes().hex() for p in [*G.parameters(), *D.parameters()]])
