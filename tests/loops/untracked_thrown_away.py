"""The new value is computed and assigned to nothing."""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
y = 2 * x
w = torch.zeros(1, requires_grad=True)
for epoch in range(8):
    loss = ((w * x - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w - 0.1 * w.grad  # fault: untracked-update
    w.grad = None
print(w.detach().numpy().tobytes().hex())
