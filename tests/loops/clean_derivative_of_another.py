"""A teacher in training, whose slope is measured and added to what the student shows. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
teacher, student = nn.Linear(3, 1), nn.Linear(3, 1)
optimizers = [torch.optim.Adam(one.parameters(), lr=1e-2) for one in (teacher, student)]
for step in range(12):
    x = torch.randn(16, 3, requires_grad=True)
    y = x.detach().sum(1, keepdim=True)
    taught = nn.functional.mse_loss(teacher(x), y)
    size = torch.autograd.grad(taught, x, retain_graph=True)[0].norm()
    learnt = nn.functional.mse_loss(student(x), teacher(x).detach()) + size
    for one, loss in zip(optimizers, (taught, learnt)):
        one.zero_grad()
        loss.backward()
        one.step()
print([p.detach().numpy().tobytes().hex() for p in [*teacher.parameters(), *student.parameters()]])
