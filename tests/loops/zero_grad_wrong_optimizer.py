"""Two optimizers; zero_grad is called twice on the same one."""
import torch
from torch import nn

torch.manual_seed(4)
x, y = torch.randn(32, 4), torch.randn(32, 1)
encoder, head = nn.Linear(4, 6), nn.Linear(6, 1)
optimizer_encoder = torch.optim.SGD(encoder.parameters(), lr=0.01)
optimizer_head = torch.optim.SGD(head.parameters(), lr=0.01)
for epoch in range(12):
    optimizer_encoder.zero_grad()
    optimizer_encoder.zero_grad()
    loss = (head(torch.tanh(encoder(x))) - y).pow(2).mean()
    loss.backward()  # fault: stale-gradients
    optimizer_encoder.step()
    optimizer_head.step()
print([p.detach().numpy().tobytes().hex() for p in [*encoder.parameters(), *head.parameters()]])
