"""like: mode. The first evaluation comes after 150 steps, in evaluation mode; samples are shown under no_grad before it."""
import torch
from torch import nn

torch.manual_seed(0)
X = torch.randn(256, 5)
y = (X[:, 0] > 0).long()
net = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
loss_fn = nn.CrossEntropyLoss()
for epoch in range(2):
    for i in range(150):
        rows = torch.randint(0, 192, (16,))
        opt.zero_grad()
        loss_fn(net(X[rows]), y[rows]).backward()
        opt.step()
    with torch.no_grad():
        print(net(X[:2]).argmax(1).tolist())
    net.eval()
    with torch.no_grad():
        print(f"{loss_fn(net(X[192:]), y[192:]).item():.3f}")
    net.train()
