"""Padded sequences with a mask: NaN in the padding never reaches the loss."""
import torch
from torch import nn

torch.manual_seed(91)
x = torch.randn(8, 6, 3)
length = torch.randint(2, 7, (8,))
mask = torch.arange(6)[None, :] < length[:, None]
y = torch.randn(8, 1)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(15):
    optimizer.zero_grad()
    scores = model(x).squeeze(-1)
    weight = scores.masked_fill(~mask, float("-inf")).softmax(1)
    pooled = (weight.unsqueeze(-1) * x).sum(1)
    loss = ((pooled.mean(1, keepdim=True) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
