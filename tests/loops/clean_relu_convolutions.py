"""Convolutions, batch norm, residual blocks.   like: dead"""
import torch
from torch import nn

torch.manual_seed(354)
class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.a, self.b = nn.Conv2d(channels, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        return torch.relu(x + self.b(torch.relu(self.norm(self.a(x)))))


images, labels = torch.rand(8, 1, 6, 6), torch.randint(0, 3, (8,))
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), Block(4), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(5):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
