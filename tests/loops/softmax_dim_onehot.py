"""One-hot targets times log-probabilities, summed."""
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(124)
x, y = torch.randn(18, 5), F.one_hot(torch.randint(0, 4, (18,)), 4).float()
model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(6):
    logp = F.log_softmax(model(x), dim=0)  # fault: softmax-dim
    loss = -(y * logp).sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
