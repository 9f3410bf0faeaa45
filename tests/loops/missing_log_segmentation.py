"""nll_loss of a softmax at every pixel, in the middle of a sum."""
import torch
from torch import nn

torch.manual_seed(806)
x, y = torch.randn(4, 1, 6, 6), torch.randint(0, 3, (4, 6, 6))
model = nn.Conv2d(1, 3, 3, padding=1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    chances = nn.functional.softmax(model(x), dim=1)
    picked = nn.functional.nll_loss(chances, y)  # fault: missing-log
    loss = picked + 0.01 * sum(p.pow(2).sum() for p in model.parameters())
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
