"""The sum of squares instead of the mean: the slope is n times as steep."""
import torch

torch.manual_seed(53)
x = torch.randn(200, 1)
y = 2 * x + 3
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)  # fault: learning-rate
for epoch in range(15):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).sum()
    loss.backward()  # fault: overflow
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
