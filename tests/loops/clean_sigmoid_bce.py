"""A sigmoid into BCELoss.   like: double-softmax"""
import torch
from torch import nn

torch.manual_seed(112)
x = torch.randn(64, 6)
y = (x @ torch.randn(6) > 0).float().unsqueeze(1)
model = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(6):
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
