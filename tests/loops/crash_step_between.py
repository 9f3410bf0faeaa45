"""The discriminator steps between the generator's forward pass and its backward pass."""
import torch
from torch import nn

torch.manual_seed(214)
G = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 3))
D = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
g_optimizer = torch.optim.Adam(G.parameters(), lr=0.01)
d_optimizer = torch.optim.Adam(D.parameters(), lr=0.01)
bce = nn.BCEWithLogitsLoss()
real, fake = torch.ones(16, 1), torch.zeros(16, 1)
for step in range(3):
    made = G(torch.randn(16, 2))
    g_loss = bce(D(made), real)
    d_loss = bce(D(torch.randn(16, 3)), real) + bce(D(made.detach()), fake)
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()  # fault: crash
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
