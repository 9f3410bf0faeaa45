"""Features that no optimizer holds; a number of their slope beside the loss of the head is not what is wrong."""
import torch
from torch import nn

torch.manual_seed(14)
features, head = nn.Sequential(nn.Linear(4, 8), nn.Tanh()), nn.Linear(8, 1)
optimizer = torch.optim.Adam(head.parameters(), lr=1e-2)  # fault: no-gradient
for step in range(12):
    x = torch.randn(16, 4, requires_grad=True)
    h = features(x)
    size = torch.autograd.grad(h.sum(), x, retain_graph=True)[0].norm()
    loss = nn.functional.mse_loss(head(h), x.detach().sum(1, keepdim=True)) + size
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in head.parameters()])
