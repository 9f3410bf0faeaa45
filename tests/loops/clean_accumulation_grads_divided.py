"""The gradients are divided before the step.   like: accumulation"""
import torch
from torch import nn

torch.manual_seed(244)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
micro_batches = 4
for step in range(4):
    optimizer.zero_grad()
    for micro in range(micro_batches):
        rows = slice(8 * micro, 8 * micro + 8)
        nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
    for p in model.parameters():
        p.grad /= micro_batches
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
