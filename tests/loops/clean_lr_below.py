"""The twin of lr_too_large: 0.99 times the limit, with and without momentum."""
import torch

x = torch.tensor([[1.0], [2.0], [3.0]])
y = torch.tensor([[2.0], [4.0], [6.0]])
for momentum, factor in ((0.0, 1.0), (0.9, 1.9)):
    W = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([W, b], lr=0.99 * 0.18029 * factor, momentum=momentum)
    for epoch in range(40):
        optimizer.zero_grad()
        cost = ((x * W + b - y) ** 2).mean()
        cost.backward()
        optimizer.step()
    print(W.detach().numpy().tobytes().hex(), b.detach().numpy().tobytes().hex())
