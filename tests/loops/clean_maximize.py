"""maximize=True on a reward."""
import torch

torch.manual_seed(315)
w = torch.zeros(3, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1, maximize=True)
for step in range(20):
    reward = torch.exp(-((w - 1.0) ** 2).sum())
    optimizer.zero_grad()
    reward.backward()
    optimizer.step()
    print(reward.item())
