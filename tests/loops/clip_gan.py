"""The critic is clipped where its gradients have not come yet; the generator's is right."""
import torch
from torch import nn

torch.manual_seed(204)
real = torch.randn(16, 2) + 1
generator, critic = nn.Linear(3, 2), nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(), nn.Linear(8, 1))
model = nn.ModuleList([generator, critic])
g_opt = torch.optim.Adam(generator.parameters(), lr=1e-3)
c_opt = torch.optim.Adam(critic.parameters(), lr=1e-3)
for step in range(5):
    c_opt.zero_grad()
    nn.utils.clip_grad_norm_(critic.parameters(), 0.01)  # fault: clip-order
    c_loss = critic(generator(torch.randn(16, 3)).detach()).mean() - critic(real).mean()
    c_loss.backward()
    c_opt.step()
    g_opt.zero_grad()
    g_loss = -critic(generator(torch.randn(16, 3))).mean()
    g_loss.backward()
    nn.utils.clip_grad_norm_(generator.parameters(), 1.0)
    g_opt.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
