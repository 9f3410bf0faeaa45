"""One output against 32 columns of targets: torch warns, and goes on."""
import torch
from torch import nn

torch.manual_seed(301)
x, y = torch.randn(32, 4), torch.randn(32, 32)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(8):
    prediction = model(x)
    loss = nn.functional.mse_loss(prediction, y)  # fault: broadcast
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
