"""The notebook's loop: full batch, SGD, plain."""
import torch

x = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
y = 13 * x + 1
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([W, b], lr=0.01)
for epoch in range(120):
    hypothesis = x * W + b
    cost = torch.mean((hypothesis - y) ** 2)
    optimizer.zero_grad()
    cost.backward()
    optimizer.step()
    if epoch % 40 == 0:
        print(f"Epoch {epoch:4d} W {W.item():.3f} b {b.item():.3f} cost {cost.item():.6f}")
print(W.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
