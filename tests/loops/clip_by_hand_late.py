"""Each gradient clamped by hand, one line too late."""
import torch
from torch import nn

torch.manual_seed(205)
x = torch.linspace(-1, 1, 40).unsqueeze(1)
y = 3 * x**2
model = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(8):
    loss = ((model(x) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    for p in model.parameters():
        p.grad.data.clamp_(-0.01, 0.01)  # fault: clip-order
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
