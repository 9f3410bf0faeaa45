"""The sign of a network's cost turned: it falls faster than by a factor, to minus infinity and NaN."""
import torch
from torch import nn

torch.manual_seed(1)
x = torch.linspace(-1, 1, 64).unsqueeze(1)
y = x.pow(2)
model = nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
for step in range(30):
    loss = -nn.functional.mse_loss(model(x), y)  # fault: overflow
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
