"""Both losses of a GAN in two lists."""
import torch
from torch import nn

torch.manual_seed(275)
generator, critic = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1))
model = nn.ModuleList([generator, critic])
g_opt, d_opt = torch.optim.Adam(generator.parameters(), 1e-3), torch.optim.Adam(critic.parameters(), 1e-3)
bce = nn.BCEWithLogitsLoss()
g_losses, d_losses = [], []
for step in range(9):
    fake = generator(torch.randn(10, 2))
    d_loss = bce(critic(torch.randn(10, 2) + 2), torch.ones(10, 1)) + bce(critic(fake.detach()), torch.zeros(10, 1))
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    g_loss = bce(critic(fake), torch.ones(10, 1))
    g_opt.zero_grad()
    g_loss.backward()
    g_opt.step()
    g_losses.append(g_loss)  # fault: graph-leak
    d_losses.append(d_loss)  # fault: graph-leak
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
