"""The next state is valued under no_grad with dropout, for a target.   like: mode"""
import torch
from torch import nn

torch.manual_seed(529)
states, following, rewards = torch.randn(24, 3), torch.randn(24, 3), torch.randn(24)
actions = torch.randint(0, 2, (24, 1))
model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.1), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    with torch.no_grad():
        target = rewards + 0.9 * model(following).max(1).values
    chosen = model(states).gather(1, actions).squeeze(1)
    optimizer.zero_grad()
    nn.functional.smooth_l1_loss(chosen, target).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
