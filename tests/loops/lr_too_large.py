"""The notebook's data at lr 0.2: above 2/λmax = 0.18029."""
import torch

x = torch.tensor([[1.0], [2.0], [3.0]])
y = torch.tensor([[2.0], [4.0], [6.0]])
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([W, b], lr=0.2)  # fault: learning-rate
for epoch in range(12):
    optimizer.zero_grad()
    cost = ((x * W + b - y) ** 2).mean()
    cost.backward()  # fault: overflow
    optimizer.step()
print(W.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
