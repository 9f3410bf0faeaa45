"""A smoothness penalty of a regression, added in place."""
import torch
from torch import nn

torch.manual_seed(14)
net = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
x = torch.randn(32, 3)
y = x.sum(1, keepdim=True).sin()
for step in range(12):
    inputs = x.clone().requires_grad_()
    predicted = net(inputs)
    loss = nn.functional.mse_loss(predicted, y)
    slope = torch.autograd.grad(predicted.sum(), inputs, retain_graph=True)[0]  # fault: no-gradient
    loss += 0.1 * slope.pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in net.parameters()])
