"""The norm of what the last step used is logged after it, with an infinite limit, before the clip of the next.   like: clip-order"""
import torch
from torch import nn

torch.manual_seed(218)
x, y = torch.randn(24, 4), torch.randn(24, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    print(nn.utils.clip_grad_norm_(model.parameters(), float("inf")).item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
