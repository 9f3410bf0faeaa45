"""A number of the slope is added to the loss that is shown, detached by hand. (like: no-gradient)"""
import torch
from torch import nn

torch.manual_seed(14)
net = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
for step in range(12):
    inputs = x.clone().requires_grad_()
    fit = nn.functional.cross_entropy(net(inputs), y)
    slope = torch.autograd.grad(fit, inputs, retain_graph=True)[0]
    loss = fit + slope.norm().detach()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in net.parameters()])
