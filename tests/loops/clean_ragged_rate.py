"""The rate is set by the size of the batch.   like: reduction"""
import torch
from torch import nn

torch.manual_seed(339)
groups = [(torch.randn(n, 2), torch.randn(n, 1)) for n in (4, 9, 16, 6, 12)]
model = nn.Linear(2, 1)

optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
for epoch in range(2):
    for x, y in groups:
        loss = ((model(x) - y) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["lr"] = 0.05 / len(x)
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
