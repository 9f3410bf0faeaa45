"""An actor and a critic, each clipped before its own step, in one pass.   like: clip-order"""
import torch
from torch import nn

torch.manual_seed(217)
states, returns, actions = torch.randn(20, 4), torch.randn(20), torch.randint(0, 2, (20,))
actor, critic = nn.Linear(4, 2), nn.Linear(4, 1)
model = nn.ModuleList([actor, critic])
a_opt, c_opt = torch.optim.Adam(actor.parameters(), 1e-2), torch.optim.Adam(critic.parameters(), 1e-2)
for step in range(6):
    value = critic(states).squeeze(1)
    advantage = (returns - value).detach()
    log_p = torch.log_softmax(actor(states), 1)[torch.arange(20), actions]
    a_opt.zero_grad()
    c_opt.zero_grad()
    (-(log_p * advantage).mean()).backward()
    nn.utils.clip_grad_norm_(actor.parameters(), 0.5)
    nn.functional.smooth_l1_loss(value, returns).backward()
    nn.utils.clip_grad_norm_(critic.parameters(), 0.5)
    a_opt.step()
    c_opt.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
