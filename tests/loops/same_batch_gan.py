"""Real rows of a GAN, always the first."""
import torch
from torch import nn

torch.manual_seed(506)
from torch.utils.data import DataLoader

loader = DataLoader(torch.randn(30, 2) + 2, batch_size=10)
generator, critic = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1))
model = nn.ModuleList([generator, critic])
g_opt, d_opt = torch.optim.Adam(generator.parameters(), 1e-3), torch.optim.Adam(critic.parameters(), 1e-3)
for step in range(8):
    real = next(iter(loader))  # fault: same-batch
    fake = generator(torch.randn(10, 2))
    d_opt.zero_grad()
    (nn.functional.softplus(-critic(real)).mean() + nn.functional.softplus(critic(fake.detach())).mean()).backward()
    d_opt.step()
    g_opt.zero_grad()
    nn.functional.softplus(-critic(fake)).mean().backward()
    g_opt.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
