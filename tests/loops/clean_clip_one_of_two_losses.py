"""The first loss's gradient is limited, the second's is added as it is.   like: clip-order"""
import torch
from torch import nn

torch.manual_seed(215)
x, y = torch.randn(24, 4), torch.randn(24, 1)
model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.1)
    penalty = sum(p.square().sum() for p in model.parameters())
    (1e-3 * penalty).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
