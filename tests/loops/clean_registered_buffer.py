"""like: unregistered. A scale that is a buffer."""
import torch
from torch import nn

torch.manual_seed(825)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.W = nn.Parameter(torch.randn(4, 3) * 0.1)
        self.register_buffer("s", torch.ones(4))

    def forward(self, x):
        return (x * self.s) @ self.W


model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
