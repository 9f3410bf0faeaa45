"""Through .data, and thrown away all the same."""
import torch

torch.manual_seed(171)
x = torch.randn(20, 2)
y = x.sum(1)
w = torch.zeros(2, requires_grad=True)
for epoch in range(8):
    loss = (x @ w - y).pow(2).mean()
    loss.backward()
    w.data - 0.1 * w.grad  # fault: untracked-update
    w.grad.zero_()
print(w.detach().numpy().tobytes().hex())
