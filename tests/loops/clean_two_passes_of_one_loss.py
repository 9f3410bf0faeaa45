"""One loss differentiated twice on purpose, then a new one at the next step."""
import torch
from torch import nn

torch.manual_seed(178)
x, y = torch.randn(16, 4), torch.randn(16, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(8):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
