"""A teacher in a list so that the student does not save it.   like: unregistered"""
import torch
from torch import nn


class Student(nn.Module):
    def __init__(self, teacher):
        super().__init__()
        self.net = nn.Linear(4, 3)
        self.teacher = [teacher]

    def forward(self, x):
        with torch.no_grad():
            wanted = self.teacher[0](x)
        return nn.functional.mse_loss(self.net(x), wanted)


torch.manual_seed(263)
model = Student(nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(6):
    optimizer.zero_grad()
    model(torch.randn(16, 4)).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
