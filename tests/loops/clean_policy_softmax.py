"""A policy's softmax goes into a categorical distribution; REINFORCE.   like: double-softmax softmax-dim"""
import torch
from torch import nn

torch.manual_seed(119)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2), nn.Softmax(dim=-1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for episode in range(4):
    log_probs, rewards = [], []
    state = torch.randn(4)
    for t in range(5):
        distribution = torch.distributions.Categorical(model(state))
        action = distribution.sample()
        log_probs.append(distribution.log_prob(action))
        rewards.append(float(action == (state[0] > 0)))
        state = torch.randn(4)
    returns = torch.tensor([sum(rewards[t:]) for t in range(5)])
    loss = -(torch.stack(log_probs) * (returns - returns.mean())).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
