"""A gradient scaler, and the norm clipped before unscale_ inside scaler.step."""
import torch
from torch import nn

torch.manual_seed(203)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
for step in range(6):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = nn.functional.mse_loss(model(x), y)
    scaler.scale(loss).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)  # fault: clip-order
    scaler.step(optimizer)
    scaler.update()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
