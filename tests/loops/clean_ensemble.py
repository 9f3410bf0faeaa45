"""An ensemble of k lines: (k, n) against (n,)."""
import torch

torch.manual_seed(38)
x = torch.randn(30)
y = 2 * x + 1
W = torch.randn(5, 1, requires_grad=True)
b = torch.zeros(5, 1, requires_grad=True)
optimizer = torch.optim.SGD([W, b], lr=0.2)
for epoch in range(25):
    optimizer.zero_grad()
    loss = ((W * x + b - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print(W.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
