"""A small network with gradient clipping; zero_grad is missing."""
import torch
from torch import nn

torch.manual_seed(1)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(15):
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()  # fault: stale-gradients
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
