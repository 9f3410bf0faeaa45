"""A plain list whose parameters are given to the optimizer one by one.   like: unregistered"""
import torch
from torch import nn


class Ensemble(nn.Module):
    def __init__(self):
        super().__init__()
        self.members = [nn.Linear(3, 1) for _ in range(3)]
        self.mix = nn.Linear(3, 1)

    def forward(self, x):
        return self.mix(torch.cat([member(x) for member in self.members], 1))


torch.manual_seed(264)
x, y = torch.randn(20, 3), torch.randn(20, 1)
model = Ensemble()
parameters = [*model.parameters(), *(p for member in model.members for p in member.parameters())]
optimizer = torch.optim.SGD(parameters, lr=0.02)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
