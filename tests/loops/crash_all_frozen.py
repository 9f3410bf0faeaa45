"""Every layer is frozen, the head too."""
import torch
from torch import nn

torch.manual_seed(205)
x, labels = torch.randn(32, 4), torch.randint(0, 3, (32,))
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
for p in model.parameters():
    p.requires_grad_(False)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = nn.functional.cross_entropy(model(x), labels)
    optimizer.zero_grad()
    loss.backward()  # fault: crash
    optimizer.step()
