"""The cost stands above the loop."""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
y = torch.tensor([2.0, 4.0, 6.0])
W = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([W], lr=0.01)
cost = torch.mean((W * x - y) ** 2)  # fault: crash
for epoch in range(3):
    optimizer.zero_grad()
    cost.backward()
    optimizer.step()
