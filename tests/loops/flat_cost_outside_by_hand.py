"""The notebook's cost stands above the loop."""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
y = torch.tensor([2.0, 4.0, 6.0])
W = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.Adam([W], lr=0.01)
cost = torch.mean((W * x - y) ** 2)  # fault: flat
for epoch in range(20):
    optimizer.zero_grad()
    cost.backward(retain_graph=True)
    optimizer.step()
    if epoch % 5 == 0:
        print(epoch, W.item(), cost.item())
