"""BCEWithLogits on scores of which a sigmoid is taken only for counting.   like: double-softmax"""
import torch
from torch import nn

torch.manual_seed(118)
x, y = torch.randn(32, 8), (torch.rand(32, 5) > 0.7).float()
model = nn.Sequential(nn.Linear(8, 16), nn.Sigmoid(), nn.Linear(16, 5))
criterion = nn.BCEWithLogitsLoss(pos_weight=torch.full((5,), 2.0))
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
for epoch in range(6):
    logits = model(x)
    loss = criterion(logits, y)
    hits = ((logits.sigmoid() > 0.5) == y.bool()).sum().item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(hits)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
