"""REINFORCE: a few episodes to a step, their losses sums over time.   like: accumulation graph-leak"""
import torch
from torch import nn

torch.manual_seed(246)
model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
history = []
for episode in range(8):
    states = torch.randn(5, 3)
    distribution = torch.distributions.Categorical(logits=model(states))
    actions = distribution.sample()
    reward = (actions == (states[:, 0] > 0)).float()
    loss = -(distribution.log_prob(actions) * (reward - 0.5)).sum()
    loss.backward()
    history.append(reward.sum().item())
    if episode % 2 == 1:
        optimizer.step()
        optimizer.zero_grad()
print(history)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
