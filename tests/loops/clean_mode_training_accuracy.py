"""Accuracy of the training batches, from the outputs that the loss used.   like: mode"""
import torch
from torch import nn

torch.manual_seed(531)
x, y = torch.randn(32, 4), torch.randint(0, 2, (32,))
model = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(3):
    for rows in torch.randperm(32).split(16):
        out = model(x[rows])
        optimizer.zero_grad()
        nn.functional.cross_entropy(out, y[rows]).backward()
        optimizer.step()
        with torch.no_grad():
            print((out.argmax(1) == y[rows]).float().mean().item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
