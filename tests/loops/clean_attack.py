"""An adversary climbs the loss of a frozen model in its input."""
import torch
from torch import nn

torch.manual_seed(316)
model = nn.Linear(4, 3)
model.requires_grad_(False)
x, labels = torch.randn(8, 4), torch.randint(0, 3, (8,))
delta = torch.zeros_like(x, requires_grad=True)
for step in range(10):
    loss = nn.functional.cross_entropy(model(x + delta), labels)
    loss.backward()
    with torch.no_grad():
        delta += 0.05 * delta.grad.sign()
        delta.clamp_(-0.2, 0.2)
    delta.grad = None
    print(loss.item())
