"""Samples of a generator with batch norm, made under no_grad for the critic.   like: mode"""
import torch
from torch import nn

torch.manual_seed(527)
generator = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2))
critic = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Dropout(0.2), nn.Linear(8, 1))
model = nn.ModuleList([generator, critic])
g_opt, d_opt = torch.optim.Adam(generator.parameters(), 1e-3), torch.optim.Adam(critic.parameters(), 1e-3)
for step in range(5):
    with torch.no_grad():
        fake = generator(torch.randn(12, 3))
    d_opt.zero_grad()
    (nn.functional.softplus(-critic(torch.randn(12, 2) + 2)).mean() + nn.functional.softplus(critic(fake)).mean()).backward()
    d_opt.step()
    g_opt.zero_grad()
    nn.functional.softplus(-critic(generator(torch.randn(12, 3)))).mean().backward()
    g_opt.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
