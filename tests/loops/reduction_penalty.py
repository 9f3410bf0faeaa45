"""A sum and a penalty; batches drawn by a mask."""
import torch
from torch import nn

torch.manual_seed(331)
x = torch.randn(40, 3)
y = (x[:, 0] > 0).float().unsqueeze(1)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
for share in (0.1, 0.5, 0.9, 0.3, 0.7, 0.2):
    chosen = torch.rand(40) < share + 0.1
    fit = nn.functional.binary_cross_entropy_with_logits(model(x[chosen]), y[chosen], reduction="sum")  # fault: reduction
    loss = fit + model.weight.square().sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
