"""Every row of predictions against one row of targets."""
import torch
from torch import nn

torch.manual_seed(302)
x, y = torch.randn(32, 4), torch.randn(32, 3)
model = nn.Linear(4, 3)
criterion = nn.L1Loss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(8):
    optimizer.zero_grad()
    loss = criterion(model(x), y[epoch])  # fault: broadcast
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
