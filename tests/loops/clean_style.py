"""An image is optimised through a network whose own parameters are left alone."""
import torch
from torch import nn

torch.manual_seed(48)
network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 3)).eval()
goal = network(torch.rand(1, 1, 10, 10)).detach()
image = torch.rand(1, 1, 10, 10, requires_grad=True)
optimizer = torch.optim.Adam([image], lr=0.05)
for step in range(12):
    optimizer.zero_grad()
    loss = ((network(image) - goal) ** 2).mean()
    loss.backward()
    optimizer.step()
print(image.detach().numpy().tobytes().hex())
