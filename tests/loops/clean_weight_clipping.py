"""A Wasserstein critic: its weights are clipped after the step.   like: clip-order"""
import torch
from torch import nn

torch.manual_seed(216)
real = torch.randn(16, 2) + 1
generator, critic = nn.Linear(3, 2), nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(), nn.Linear(8, 1))
model = nn.ModuleList([generator, critic])
g_opt = torch.optim.RMSprop(generator.parameters(), lr=1e-3)
c_opt = torch.optim.RMSprop(critic.parameters(), lr=1e-3)
for step in range(6):
    c_opt.zero_grad()
    with torch.no_grad():
        made = generator(torch.randn(16, 3))
    c_loss = critic(made).mean() - critic(real).mean()
    c_loss.backward()
    c_opt.step()
    for p in critic.parameters():
        p.data.clamp_(-0.05, 0.05)
    if step % 2:
        g_opt.zero_grad()
        g_loss = -critic(generator(torch.randn(16, 3))).mean()
        g_loss.backward()
        g_opt.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
