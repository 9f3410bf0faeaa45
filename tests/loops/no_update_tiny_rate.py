"""A rate given in other units, batches that differ."""
import torch
from torch import nn

torch.manual_seed(322)
tokens = torch.randint(0, 9, (16, 5))
model = nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(16, 9))
optimizer = torch.optim.SGD(model.parameters(), lr=1e-12)  # fault: no-update
for step in range(8):
    rows = torch.randperm(16)[:8]
    loss = nn.functional.cross_entropy(model(tokens[rows, :4]), tokens[rows, 4])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
