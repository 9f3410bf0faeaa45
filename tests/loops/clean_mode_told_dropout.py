"""The same, put back into training: dropout as a function that is told of self.training. like: mode"""
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(9)
X = torch.randn(96, 5)
y = (X[:, 0] > 0).long()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(5, 16), nn.Linear(16, 2)

    def forward(self, x):
        return self.two(F.dropout(F.relu(self.one(x)), 0.5, training=self.training))


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=0.01)
net.train()
for epoch in range(60):
    opt.zero_grad()
    F.cross_entropy(net(X[:64]), y[:64]).backward()
    opt.step()
    if epoch % 20 == 0:
        net.eval()
        with torch.no_grad():
            print((net(X[64:]).argmax(1) == y[64:]).sum().item())
        net.train()
