"""A student learns soft targets: the softmax is the target, not the input.   like: double-softmax softmax-dim"""
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(114)
x, y = torch.randn(32, 6), torch.randint(0, 4, (32,))
teacher = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 4))
model = nn.Linear(6, 4)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
T = 2.0
for step in range(8):
    with torch.no_grad():
        soft = F.softmax(teacher(x) / T, dim=1)
    logits = model(x)
    loss = F.cross_entropy(logits, soft) + 0.5 * F.cross_entropy(logits, y)
    loss = loss + T * T * F.kl_div(F.log_softmax(logits / T, dim=1), soft, reduction="batchmean")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
