"""A factor of 0 for as long as the run lasts."""
import torch
from torch import nn

torch.manual_seed(323)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
decay = torch.optim.lr_scheduler.ConstantLR(optimizer, factor=0, total_iters=100)  # fault: no-update
for epoch in range(3):
    for i in range(0, 32, 8):
        optimizer.zero_grad()
        nn.functional.smooth_l1_loss(model(x[i : i + 8]), y[i : i + 8]).backward()
        optimizer.step()
    decay.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
