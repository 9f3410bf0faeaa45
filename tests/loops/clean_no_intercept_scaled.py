"""One column of thousands without an intercept: one weight has no ravine."""
import torch

torch.manual_seed(305)
x = 1000 * torch.rand(32, 1) + 500
y = 0.002 * x
W = torch.zeros(1, 1, requires_grad=True)
optimizer = torch.optim.SGD([W], lr=1e-7)
for epoch in range(12):
    optimizer.zero_grad()
    loss = ((x @ W - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print(W.detach().numpy().tobytes().hex())
