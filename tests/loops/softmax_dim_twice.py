"""Both at once: a softmax over the rows, and a cost that takes another over the classes."""
import torch
from torch import nn

torch.manual_seed(126)
x, y = torch.randn(20, 4), torch.randint(0, 5, (20,))
model = nn.Linear(4, 5)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(6):
    out = torch.softmax(model(x), dim=0)  # fault: softmax-dim
    loss = nn.functional.cross_entropy(out, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
