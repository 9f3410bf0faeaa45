"""The features are thresholded: a comparison has no derivative."""
import torch
from torch import nn

torch.manual_seed(163)
x, y = torch.randn(32, 4), torch.randn(32, 1)
encoder, head = nn.Linear(4, 8), nn.Linear(8, 1)
optimizer = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)
for epoch in range(6):
    optimizer.zero_grad()
    fired = encoder(x) > 0  # fault: no-gradient
    loss = nn.functional.mse_loss(head(fired.float()), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*encoder.parameters(), *head.parameters()]])
