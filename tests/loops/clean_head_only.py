"""Only the head is trained; the list holds a backbone nobody asked to move.   like: unregistered"""
import torch
from torch import nn


class Probe(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = (backbone,)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        return self.head(self.backbone[0](x).detach())


torch.manual_seed(268)
x, y = torch.randn(16, 4), torch.randint(0, 2, (16,))
model = Probe(nn.Sequential(nn.Linear(4, 6), nn.ReLU()))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
