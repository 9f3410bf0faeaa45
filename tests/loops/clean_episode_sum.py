"""Policy gradient: the sum over an episode, however long it was.   like: reduction"""
import torch
from torch import nn

torch.manual_seed(341)
model = nn.Linear(3, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
for length in (4, 9, 5, 12, 7, 3):
    states = torch.randn(length, 3)
    distribution = torch.distributions.Categorical(logits=model(states))
    action = distribution.sample()
    loss = -(distribution.log_prob(action) * ((action == 1).float() - 0.5)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
