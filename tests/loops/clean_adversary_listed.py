"""The discriminator hangs on the generator in a list; it has an optimizer of its own.   like: unregistered"""
import torch
from torch import nn


class Generator(nn.Module):
    def __init__(self, critic):
        super().__init__()
        self.net = nn.Linear(2, 2)
        self.critic = [critic]

    def forward(self, z):
        return self.net(z)

    def cost(self, z):
        return -self.critic[0](self(z)).mean()


torch.manual_seed(266)
critic = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1))
model = Generator(critic)
g_opt = torch.optim.SGD(model.parameters(), lr=0.01)
d_opt = torch.optim.SGD(critic.parameters(), lr=0.01)
for step in range(6):
    z = torch.randn(12, 2)
    d_opt.zero_grad()
    (critic(model(z).detach()).mean() - critic(torch.randn(12, 2) + 1).mean()).backward()
    d_opt.step()
    g_opt.zero_grad()
    model.cost(z).backward()
    g_opt.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
