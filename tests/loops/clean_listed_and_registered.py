"""A list for the loop over layers that have names of their own.   like: unregistered"""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 6), nn.Linear(6, 1)
        self.layers = [self.first, self.second]

    def forward(self, x):
        return self.layers[1](torch.tanh(self.layers[0](x)))


torch.manual_seed(261)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
