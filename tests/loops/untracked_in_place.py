"""The update by hand without no_grad: torch raises. (The script catches it to go on.)"""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
y = 2 * x
w = torch.zeros(1, requires_grad=True)
for epoch in range(5):
    loss = ((w * x - y) ** 2).mean()
    loss.backward()
    print(w.detach().numpy().tobytes().hex())
    w -= 0.1 * w.grad  # fault: untracked-update
    w.grad.zero_()
