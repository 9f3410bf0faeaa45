"""Two losses on one body, the first graph kept on purpose."""
import torch
from torch import nn

torch.manual_seed(245)
x, y, labels = torch.randn(32, 4), torch.randn(32, 1), torch.randint(0, 2, (32,))
body, one, two = nn.Linear(4, 8), nn.Linear(8, 1), nn.Linear(8, 2)
optimizer = torch.optim.Adam([*body.parameters(), *one.parameters(), *two.parameters()], lr=0.01)
for epoch in range(8):
    h = torch.sigmoid(body(x))
    first = nn.functional.mse_loss(one(h), y)
    second = nn.functional.cross_entropy(two(h), labels)
    optimizer.zero_grad()
    first.backward(retain_graph=True)
    second.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in body.parameters()])
