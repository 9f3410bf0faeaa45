"""A new value is computed and printed; the update itself is made in place."""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
y = 2 * x
w = torch.zeros(1, requires_grad=True)
for epoch in range(8):
    loss = ((w * x - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        print(w - 0.05 * w.grad)
        w -= 0.05 * w.grad
    w.grad = None
