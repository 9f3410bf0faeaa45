"""Through .data, and up."""
import torch

torch.manual_seed(309)
x = torch.randn(40, 3)
y = x.sum(1)
w = torch.zeros(3, requires_grad=True)
for epoch in range(14):
    loss = (x @ w - y).pow(2).mean()
    loss.backward()  # fault: overflow
    w.data = w.data + 0.2 * w.grad  # fault: learning-rate
    w.grad.zero_()
    print(loss.item())
