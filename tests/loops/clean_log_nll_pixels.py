"""like: missing-log. nll_loss at every pixel."""
import torch
from torch import nn

torch.manual_seed(817)
x, y = torch.randn(4, 1, 6, 6), torch.randint(0, 3, (4, 6, 6))
model = nn.Conv2d(1, 3, 3, padding=1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.nll_loss(nn.functional.log_softmax(model(x), dim=1), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
