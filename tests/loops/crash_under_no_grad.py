"""The forward pass was left inside no_grad."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.second = nn.Linear(8, 1)

    def forward(self, x):
        h = torch.relu(self.first(x))  # fault: crash
        return self.second(h)


torch.manual_seed(202)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = Net().to("cpu")
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(3):
    with torch.no_grad():
        loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
