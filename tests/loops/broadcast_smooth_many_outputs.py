"""Three outputs were meant to be one."""
import torch
from torch import nn

torch.manual_seed(303)
x = torch.randn(32, 4)
y = x.sum(1, keepdim=True)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
criterion = nn.SmoothL1Loss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(8):
    optimizer.zero_grad()
    loss = criterion(model(x), y)  # fault: broadcast
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
