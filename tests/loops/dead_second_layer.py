"""The second of two hidden layers is shifted below 0; the head's bias alone learns."""
import torch
from torch import nn

torch.manual_seed(380)
x, y = torch.randn(32, 3), torch.randint(0, 2, (32,))
model = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2))
nn.init.uniform_(model[2].weight, -1.0, -0.5)
nn.init.constant_(model[2].bias, -1.0)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(8):
    rows = torch.randperm(32)[:16]
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x[rows]), y[rows])  # fault: dead
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
