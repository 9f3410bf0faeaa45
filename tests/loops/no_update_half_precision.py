"""Weights in bfloat16 and a rate that is below their last digit."""
import torch
from torch import nn

torch.manual_seed(321)
x, y = torch.randn(32, 4, dtype=torch.bfloat16), torch.randn(32, 1, dtype=torch.bfloat16)
model = nn.Linear(4, 1, bias=False).bfloat16()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)  # fault: no-update
for step in range(8):
    rows = torch.randperm(32)[:8]
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
    optimizer.step()
print(model.weight.float().tolist())
model = model.float()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
