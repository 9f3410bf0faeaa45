"""like: unregistered. Inputs kept by a module, whose gradients are looked at."""
import torch
from torch import nn

torch.manual_seed(827)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
class Net(nn.Module):
    def __init__(self, x):
        super().__init__()
        self.x = x.clone().requires_grad_(True)
        self.fc = nn.Linear(4, 3)

    def forward(self):
        return self.fc(self.x)


model = Net(x)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(), y)
    loss.backward()
    optimizer.step()
    print(model.x.grad.abs().mean().item())
    model.x.grad = None
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
