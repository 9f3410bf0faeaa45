"""One enormous step kills the layer, and the run goes on."""
import torch
from torch import nn

torch.manual_seed(346)
x = torch.rand(32, 3)
y = x.sum(1, keepdim=True)
model = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 1))
with torch.no_grad():
    model[2].weight.abs_()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(12):
    for group in optimizer.param_groups:
        group["lr"] = 50.0 if step == 2 else 1e-2
    if step == 2:
        target = -100 * torch.ones(32, 1)
    else:
        target = y
    optimizer.zero_grad()
    out = model(x)  # fault: dead
    nn.functional.l1_loss(out, target).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
