"""Clipped before unscaling, with a limit that is scaled as well.   like: clip-order"""
import torch
from torch import nn

torch.manual_seed(212)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
scaler = torch.amp.GradScaler("cpu", init_scale=512.0)
for step in range(5):
    optimizer.zero_grad()
    scaler.scale(nn.functional.mse_loss(model(x), y)).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0 * scaler.get_scale())
    scaler.step(optimizer)
    scaler.update()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
