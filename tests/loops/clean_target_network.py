"""Q-learning: an online network, a target network copied now and then, a mask of actions."""
import copy

import torch
from torch import nn

torch.manual_seed(43)
online = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
target = copy.deepcopy(online)
optimizer = torch.optim.Adam(online.parameters(), lr=1e-3)
for step in range(20):
    state, after = torch.randn(16, 4), torch.randn(16, 4)
    action, reward = torch.randint(0, 2, (16, 1)), torch.randn(16)
    with torch.no_grad():
        goal = reward + 0.9 * target(after).max(1).values
    value = online(state).gather(1, action).squeeze(1)
    loss = nn.functional.smooth_l1_loss(value, goal)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 5 == 0:
        target.load_state_dict(online.state_dict())
print([p.detach().numpy().tobytes().hex() for p in online.parameters()])
