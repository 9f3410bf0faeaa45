"""One score for two classes, and a softmax of it."""
import torch
from torch import nn

torch.manual_seed(828)
x, y = torch.randn(24, 4), torch.randint(0, 2, (24, 1)).float()
model = nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    chance = torch.softmax(model(x), dim=1)  # fault: softmax-dim
    loss = nn.functional.mse_loss(chance, y)
    loss.backward()  # fault: flat
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
