"""ModuleList, ModuleDict, ParameterList.   like: unregistered"""
import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.heads = nn.ModuleDict({"y": nn.Linear(sizes[-1], 1)})
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(1))])

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.scales[0] * self.heads["y"](x)


torch.manual_seed(260)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = MLP([4, 16, 8])
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
