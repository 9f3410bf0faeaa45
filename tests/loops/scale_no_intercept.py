"""Without an intercept, columns of very different size still make a ravine."""
import torch
from torch import nn

torch.manual_seed(307)
x = torch.randn(64, 2) * torch.tensor([1000.0, 1.0])
y = x.sum(1, keepdim=True)
model = nn.Linear(2, 1, bias=False)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-7)
for epoch in range(12):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)  # fault: scale
    loss.backward()
    optimizer.step()
print(model.weight.detach().numpy().tobytes().hex())
