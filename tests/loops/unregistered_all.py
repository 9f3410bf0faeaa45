"""Every layer is in the list: the optimizer is given nothing."""
import torch
from torch import nn


class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = [nn.Linear(3, 8), nn.Linear(8, 1)]  # fault: unregistered

    def forward(self, x):
        return self.blocks[1](torch.tanh(self.blocks[0](x)))


torch.manual_seed(252)
model = Stack()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)  # fault: crash
for epoch in range(5):
    optimizer.zero_grad()
    model(torch.randn(8, 3)).square().mean().backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
