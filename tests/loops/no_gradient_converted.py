"""Net().to(…) reads every parameter under no_grad; the missing gradient is the detach in forward."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 8)
        self.head = nn.Linear(8, 1)

    def forward(self, x):
        h = self.body(x).tanh()
        return self.head(h.detach())  # fault: no-gradient


torch.manual_seed(161)
x, y = torch.randn(32, 4).double(), torch.randn(32, 1).double()
model = Net().to(torch.float64)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(6):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
