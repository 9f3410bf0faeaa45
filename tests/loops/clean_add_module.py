"""A list whose layers are registered by add_module.   like: unregistered"""
import torch
from torch import nn


class Old(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.blocks = []
        for i in range(depth):
            block = nn.Sequential(nn.Linear(5, 5), nn.ReLU())
            self.add_module(f"block{i}", block)
            self.blocks.append(block)
        self.out = nn.Linear(5, 1)

    def forward(self, x):
        for block in self.blocks:
            x = x + block(x)
        return self.out(x)


torch.manual_seed(262)
x, y = torch.randn(16, 5), torch.randn(16, 1)
model = Old(3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for epoch in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
