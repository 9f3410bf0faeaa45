"""kl_div of two distributions, neither a logarithm."""
import torch
from torch import nn

torch.manual_seed(803)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
target = torch.softmax(torch.randn(24, 3), dim=1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    given = torch.softmax(model(x), dim=1)
    loss = nn.KLDivLoss(reduction="batchmean")(given, target)  # fault: missing-log
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
