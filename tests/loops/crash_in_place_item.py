"""One column of a softmax is overwritten."""
import torch
from torch import nn

torch.manual_seed(212)
x, labels = torch.randn(32, 4), torch.randint(0, 3, (32,))
model = nn.Linear(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    p = torch.softmax(model(x), dim=1)
    q = p.log()
    p[:, 0] = 0.0  # fault: crash
    loss = -(p * q).sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
