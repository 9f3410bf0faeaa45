"""A learned scale that was not given to the optimizer."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 1)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.scale * self.linear(x)


torch.manual_seed(64)
x, y = torch.randn(32, 3), torch.randn(32, 1)
model = Net()
optimizer = torch.optim.SGD(model.linear.parameters(), lr=0.05)  # fault: no-gradient
for epoch in range(12):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
