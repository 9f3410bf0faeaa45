"""The user's own tensor hooks count: each must run once per backward."""
import torch
from torch import nn

torch.manual_seed(51)
x, y = torch.randn(16, 3), torch.randn(16, 1)
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
calls = []
model[0].weight.register_hook(lambda g: calls.append("leaf"))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(12):
    optimizer.zero_grad()
    hidden = model[1](model[0](x))
    hidden.register_hook(lambda g: calls.append("hidden"))
    loss = ((model[2](hidden) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()], len(calls))
