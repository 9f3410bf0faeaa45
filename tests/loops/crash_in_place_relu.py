"""relu_ on a tensor that exp saved."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.second = nn.Linear(8, 1)

    def forward(self, x):
        h = torch.exp(self.first(x))
        h.sub_(1.0)  # fault: crash
        return self.second(h)


torch.manual_seed(213)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
