"""like: missing-log. The logarithm taken of a softmax."""
import torch
from torch import nn

torch.manual_seed(812)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(dim=1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.nll_loss((model(x) + 1e-8).log(), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
