"""Sample weights (n,) times squared errors (n, 1)."""
import torch

torch.manual_seed(27)
x = torch.randn(40, 1)
y = 2 * x + 0.1 * torch.randn(40, 1)
weights = torch.rand(40)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(15):
    optimizer.zero_grad()
    error = (model(x) - y) ** 2
    loss = (weights * error).mean()  # fault: broadcast
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
