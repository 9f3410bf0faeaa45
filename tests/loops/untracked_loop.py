"""The loop's own name is bound anew; the parameters stay."""
import torch

torch.manual_seed(68)
x = torch.randn(20, 2)
y = x.sum(1, keepdim=True)
W = torch.zeros(2, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(12):
    loss = ((x @ W + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in (W, b):
            gradient = p.grad
            p = p - 0.1 * gradient  # fault: untracked-update
    W.grad = b.grad = None
print(W.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
