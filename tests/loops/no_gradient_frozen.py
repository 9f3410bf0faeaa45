"""b was made without requires_grad."""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
y = 2 * x + 1
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1)
optimizer = torch.optim.SGD([W, b], lr=0.01)  # fault: no-gradient
for epoch in range(12):
    cost = ((W * x + b - y) ** 2).mean()
    optimizer.zero_grad()
    cost.backward()
    optimizer.step()
print(W.detach().numpy().tobytes().hex(), b.numpy().tobytes().hex())
