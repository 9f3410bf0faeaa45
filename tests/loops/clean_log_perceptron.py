"""like: missing-log. A perceptron's cost: the score of the class against the largest."""
import torch
from torch import nn

torch.manual_seed(832)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    scores = model(x)
    loss = nn.functional.nll_loss(scores, y) + scores.max(1).values.mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
