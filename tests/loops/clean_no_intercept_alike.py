"""Two columns of thousands, alike, bias=False: nothing to gain from scaling."""
import torch
from torch import nn

torch.manual_seed(306)
x = 1000 * torch.randn(64, 2)
y = x.sum(1, keepdim=True)
model = nn.Linear(2, 1, bias=False)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-7)
for epoch in range(12):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print(model.weight.detach().numpy().tobytes().hex())
