"""Transfer learning: the body is frozen, the head learns; an auxiliary loss is logged with item()."""
import torch
from torch import nn

torch.manual_seed(42)
x, y = torch.randn(48, 6), torch.randint(0, 3, (48,))
body = nn.Sequential(nn.Linear(6, 12), nn.ReLU())
body.requires_grad_(False)
head = nn.Linear(12, 3)
model = nn.Sequential(body, head)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
history = []
for epoch in range(15):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    history.append(loss.detach().clone())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
