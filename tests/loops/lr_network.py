"""A network at a rate far too large: the loss explodes."""
import torch
from torch import nn

torch.manual_seed(55)
x = torch.randn(64, 3)
y = x.sum(1, keepdim=True)
model = nn.Sequential(nn.Linear(3, 16), nn.Linear(16, 16), nn.Linear(16, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=1.5)  # fault: learning-rate
for epoch in range(6):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()  # fault: overflow
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
