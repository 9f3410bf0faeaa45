"""The slope of a teacher, added to what the student shows before the teacher learns. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
teacher, student = nn.Linear(3, 1), nn.Linear(3, 1)
learns = torch.optim.Adam(student.parameters(), lr=1e-2)
teaches = torch.optim.Adam(teacher.parameters(), lr=1e-2)
for step in range(12):
    x = torch.randn(16, 3, requires_grad=True)
    y = x.detach().sum(1, keepdim=True)
    taught = nn.functional.mse_loss(teacher(x), y)
    size = torch.autograd.grad(taught, x, retain_graph=True)[0].norm()
    learnt = nn.functional.mse_loss(student(x), teacher(x).detach()) + size
    learns.zero_grad()
    learnt.backward()
    learns.step()
    teaches.zero_grad()
    taught.backward()
    teaches.step()
print([p.detach().numpy().tobytes().hex() for p in [*teacher.parameters(), *student.parameters()]])
