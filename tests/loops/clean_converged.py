"""A run that reaches the minimum and rests there for long."""
import torch

x = torch.tensor([[1.0], [2.0], [3.0]])
y = 2 * x + 1 + torch.tensor([[0.1], [-0.2], [0.1]])
model = torch.nn.Linear(1, 1)
torch.nn.init.zeros_(model.weight)
torch.nn.init.zeros_(model.bias)
optimizer = torch.optim.SGD(model.parameters(), lr=0.17)
for epoch in range(700):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
