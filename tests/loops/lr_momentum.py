"""Momentum 0.9: the limit is 2(1 + β)/λmax, and this rate is above it."""
import torch

torch.manual_seed(54)
x = torch.randn(100, 2)
y = x @ torch.tensor([[1.0], [-1.0]])
model = torch.nn.Linear(2, 1, dtype=torch.float64)
x, y = x.double(), y.double()
optimizer = torch.optim.SGD(model.parameters(), lr=1.9, momentum=0.9)  # fault: learning-rate
for epoch in range(15):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()  # fault: overflow
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
