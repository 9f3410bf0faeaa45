"""Of twenty-four units one is left."""
import torch
from torch import nn

torch.manual_seed(348)
x, y = torch.rand(32, 4), torch.randn(32, 1)

model = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 1))
with torch.no_grad():
    model[0].bias.fill_(-15.0)
    model[0].bias[0] = 1.0
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(8):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)  # fault: dead
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
