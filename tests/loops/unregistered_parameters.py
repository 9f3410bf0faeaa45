"""Parameters in a list, moved by hand."""
import torch
from torch import nn


class Poly(nn.Module):
    def __init__(self, degree):
        super().__init__()
        self.coefficients = [nn.Parameter(torch.zeros(1)) for _ in range(degree)]  # fault: unregistered
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.bias + sum(c * x ** (k + 1) for k, c in enumerate(self.coefficients))


torch.manual_seed(255)
x = torch.linspace(-1, 1, 30)
y = 1 + 2 * x - x**2
model = Poly(2)
for step in range(12):
    loss = (model(x) - y).square().mean()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 0.1 * p.grad
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
