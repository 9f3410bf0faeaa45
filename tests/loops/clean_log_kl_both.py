"""like: missing-log. kl_div of two logarithms."""
import torch
from torch import nn

torch.manual_seed(815)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
target = torch.log_softmax(torch.randn(24, 3), dim=1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.kl_div(model(x).log_softmax(1), target, reduction="batchmean", log_target=True)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
