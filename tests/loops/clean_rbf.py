"""An RBF network: learned centres and width."""
import torch
from torch import nn


class RBF(nn.Module):
    def __init__(self, centres, width):
        super().__init__()
        self.centres = nn.Parameter(torch.linspace(-2, 2, centres).unsqueeze(1))
        self.log_width = nn.Parameter(torch.tensor(float(width)).log())
        self.out = nn.Linear(centres, 1)

    def forward(self, x):
        distance = torch.cdist(x, self.centres)
        again = ((x[:, None, :] - self.centres) ** 2).sum(-1)
        return self.out(torch.exp(-(distance**2 + again) / self.log_width.exp()))


torch.manual_seed(31)
x = torch.linspace(-2, 2, 20).unsqueeze(1)
y = torch.sin(2 * x)
model = RBF(20, 0.5)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(25):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
