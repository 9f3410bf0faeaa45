"""A least-squares GAN compares with one number: nothing is mixed up."""
import torch
from torch import nn

torch.manual_seed(304)
x = torch.randn(32, 4)
critic = nn.Linear(4, 1)
optimizer = torch.optim.Adam(critic.parameters(), lr=0.01)
for epoch in range(8):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(critic(x), torch.tensor(1.0))
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in critic.parameters()])
