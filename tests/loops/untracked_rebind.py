"""w = w - … binds the name to a tensor that is no leaf."""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
y = 2 * x
w = torch.zeros(1, requires_grad=True)
for epoch in range(5):
    loss = ((w * x - y) ** 2).mean()
    loss.backward()
    print(w.detach().numpy().tobytes().hex())
    w = w - 0.1 * w.grad  # fault: untracked-update
    w.grad.zero_()
