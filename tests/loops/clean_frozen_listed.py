"""Frozen feature extractors in a list: nothing of them is trained.   like: unregistered"""
import torch
from torch import nn


class Perceptual(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = [nn.Conv2d(1, 2, 3).requires_grad_(False), nn.Conv2d(2, 2, 3).requires_grad_(False)]
        self.net = nn.Conv2d(1, 1, 3, padding=1)

    def forward(self, a, b):
        a = self.net(a)
        cost = nn.functional.l1_loss(a, b)
        for layer in self.features:
            a, b = torch.tanh(layer(a)), torch.tanh(layer(b))
            cost = cost + nn.functional.mse_loss(a, b)
        return cost


torch.manual_seed(265)
a, b = torch.randn(4, 1, 8, 8), torch.randn(4, 1, 8, 8)
model = Perceptual()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(5):
    optimizer.zero_grad()
    model(a, b).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
