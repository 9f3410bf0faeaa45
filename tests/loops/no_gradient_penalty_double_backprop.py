"""Double backpropagation: the slope of the loss itself is penalised."""
import torch
from torch import nn

torch.manual_seed(14)
net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
for step in range(12):
    inputs = x.clone().requires_grad_()
    fit = nn.functional.cross_entropy(net(inputs), y)
    slope = torch.autograd.grad(fit, inputs, retain_graph=True)[0]  # fault: no-gradient
    loss = fit + 20.0 * slope.norm()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in net.parameters()])
