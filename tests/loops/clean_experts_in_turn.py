"""Experts in a ModuleList, and a plain list of those that were chosen.   like: unregistered"""
import torch
from torch import nn


class Mixture(nn.Module):
    def __init__(self):
        super().__init__()
        self.experts = nn.ModuleList(nn.Linear(3, 2) for _ in range(3))
        self.gate = nn.Linear(3, 3)
        self.chosen = []

    def forward(self, x):
        weights = torch.softmax(self.gate(x), 1)
        self.chosen = [self.experts[int(i)] for i in weights.mean(0).topk(3).indices]
        return sum(weights[:, i : i + 1] * expert(x) for i, expert in enumerate(self.chosen))


torch.manual_seed(269)
x, y = torch.randn(18, 3), torch.randn(18, 2)
model = Mixture()
optimizer = torch.optim.Adam([{"params": model.experts.parameters()}, {"params": model.gate.parameters(), "lr": 1e-3}])
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.gate.parameters()])
