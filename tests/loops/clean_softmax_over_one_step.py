"""like: softmax-dim. Attention over a sequence of one step."""
import torch
from torch import nn

torch.manual_seed(829)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 3))
score = nn.Linear(8, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    steps = model[0](x).unsqueeze(1)
    weights = torch.softmax(score(steps), dim=1)
    loss = nn.functional.cross_entropy(model[1]((weights * steps).sum(1)), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
