"""The sum of the losses of several tasks is what is meant.   like: accumulation"""
import torch
from torch import nn

torch.manual_seed(245)
x = torch.randn(24, 4)
targets = [torch.randn(24, 1), torch.randn(24, 1), torch.randn(24, 1)]
model = nn.ModuleList([nn.Linear(4, 6), *(nn.Linear(6, 1) for _ in targets)])
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for step in range(6):
    optimizer.zero_grad()
    for head, target in zip(model[1:], targets):
        loss = nn.functional.mse_loss(head(torch.tanh(model[0](x))), target)
        loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
