"""A detached weight inside the loss: the parameter learns on the other way."""
import torch
from torch import nn

torch.manual_seed(174)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(8):
    prediction = model(x)
    weight = (prediction - y).abs().detach() + 0.1
    hard = (prediction > 0).float()
    loss = (weight * (prediction - y) ** 2).mean() + 0.01 * (hard * prediction).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
