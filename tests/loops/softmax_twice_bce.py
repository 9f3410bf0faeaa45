"""A sigmoid at the end and BCEWithLogitsLoss."""
import torch
from torch import nn

torch.manual_seed(103)
x = torch.randn(64, 6)
y = (x @ torch.randn(6) > 0).float()
model = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 1), nn.Sigmoid())
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(6):
    probability = model(x).squeeze(1)
    loss = criterion(probability, y)  # fault: double-softmax
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
