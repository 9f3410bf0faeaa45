"""The critic learns at every step, the actor at the end of an episode from what was kept.   like: graph-leak"""
import torch
from torch import nn

torch.manual_seed(283)
actor, critic = nn.Linear(3, 2), nn.Linear(3, 1)
model = nn.ModuleList([actor, critic])
a_opt, c_opt = torch.optim.Adam(actor.parameters(), 1e-2), torch.optim.Adam(critic.parameters(), 1e-2)
kept = []
for t in range(1, 13):
    state, following = torch.randn(3), torch.randn(3)
    distribution = torch.distributions.Categorical(logits=actor(state))
    action = distribution.sample()
    reward = float(action == (state[0] > 0))
    error = reward + 0.9 * critic(following).detach() - critic(state)
    c_opt.zero_grad()
    error.square().mean().backward()
    c_opt.step()
    kept.append(distribution.log_prob(action) * error.item())
    if t % 12 == 0:
        a_opt.zero_grad()
        (-torch.stack(kept).sum()).backward()
        a_opt.step()
        kept.clear()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
