"""Every weight begins at 0, and relu(0) has no slope."""
import torch
from torch import nn

torch.manual_seed(344)
x, y = torch.rand(32, 4), torch.randn(32, 1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(4, 16), nn.Linear(16, 1)
        for p in self.parameters():
            nn.init.zeros_(p)

    def forward(self, x):
        h = torch.relu(self.hidden(x))  # fault: dead
        return self.out(h)


model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(8):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
