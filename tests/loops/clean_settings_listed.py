"""Lists and dicts of numbers, names and tensors in a module.   like: unregistered"""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = list(sizes)
        self.settings = {"slope": 0.1, "names": ["a", "b"]}
        self.means = [torch.zeros(4), torch.ones(4)]
        self.seen = []
        self.net = nn.Sequential(*(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])))

    def forward(self, x):
        out = self.net(x - self.means[0])
        self.seen = [out.detach()]
        return out * self.settings["slope"]


torch.manual_seed(267)
x, y = torch.randn(16, 4), torch.randn(16, 2)
model = Net([4, 5, 2])
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(5):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
