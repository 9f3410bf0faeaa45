"""The intercept is a column of ones in x."""
import torch

torch.manual_seed(308)
x = torch.cat([1000 * torch.rand(64, 1) + 1000, torch.ones(64, 1)], 1)
y = 0.01 * x[:, :1] + 3
W = torch.zeros(2, 1, requires_grad=True)
optimizer = torch.optim.SGD([W], lr=1e-8)
for epoch in range(12):
    optimizer.zero_grad()
    loss = ((x @ W - y) ** 2).mean()  # fault: scale
    loss.backward()
    optimizer.step()
print(W.detach().numpy().tobytes().hex())
