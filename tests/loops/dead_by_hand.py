"""x W + b by hand, b far below."""
import torch
from torch import nn

torch.manual_seed(347)
x, y = torch.rand(32, 4), torch.randn(32, 1)

W1, b1 = nn.Parameter(torch.randn(4, 6)), nn.Parameter(torch.full((6,), -30.0))
W2, b2 = nn.Parameter(torch.randn(6, 1)), nn.Parameter(torch.zeros(1))
model = nn.ParameterList([W1, b1, W2, b2])
optimizer = torch.optim.Adam(model, lr=1e-2)
for step in range(8):
    hidden = torch.relu(x @ W1 + b1)  # fault: dead
    loss = ((hidden @ W2 + b2 - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
