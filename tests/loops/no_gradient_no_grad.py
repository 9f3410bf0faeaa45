"""The encoder runs under no_grad although it should learn."""
import torch
from torch import nn

torch.manual_seed(62)
x, y = torch.randn(32, 4), torch.randn(32, 1)
encoder, head = nn.Linear(4, 8), nn.Linear(8, 1)
optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)
for epoch in range(12):
    with torch.no_grad():
        features = encoder(x)  # fault: no-gradient
    loss = nn.functional.mse_loss(head(features), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*encoder.parameters(), *head.parameters()]])
