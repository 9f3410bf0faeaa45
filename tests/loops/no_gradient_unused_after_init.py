"""A layer that forward forgot. It was initialised, converted and evaluated under no_grad: none of these is to blame."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 6)
        self.second = nn.Linear(6, 6)
        self.last = nn.Linear(6, 1)
        for layer in (self.first, self.second, self.last):
            nn.init.kaiming_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        h = torch.relu(self.first(x))
        return self.last(h)


torch.manual_seed(165)
x, y = torch.randn(32, 4).double(), torch.randn(32, 1).double()
model = Net().to(torch.float64)
model.load_state_dict({name: value.clone() for name, value in model.state_dict().items()})
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)  # fault: no-gradient
for epoch in range(6):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        sizes = [float(p.norm()) for p in model.parameters()]
print(sizes)
