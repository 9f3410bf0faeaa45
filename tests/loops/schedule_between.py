"""The scheduler steps between backward and the optimizer."""
import torch
from torch import nn

torch.manual_seed(302)
x, y = torch.randn(24, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
warmup = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 5))
for step in range(8):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    warmup.step()  # fault: schedule
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
