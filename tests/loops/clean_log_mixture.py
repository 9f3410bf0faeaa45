"""like: missing-log. The logarithm of a mean of two softmaxes."""
import torch
from torch import nn

torch.manual_seed(819)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
other = nn.Linear(4, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.nll_loss((0.5 * model(x).softmax(1) + 0.5 * other(x).softmax(1).detach()).log(), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
