"""Weight decay adds to the curvature: 1.5 is below 2/λmax = 2 and above 2/(λmax + 1) = 1."""
import torch

torch.manual_seed(91)
x = torch.randn(200, 1, dtype=torch.float64)
x = x / (2 * x.square().mean()).sqrt()
y = 3 * x
W = torch.zeros(1, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([W], lr=1.5, weight_decay=1.0)  # fault: learning-rate
for epoch in range(15):
    optimizer.zero_grad()
    loss = ((x * W - y) ** 2).mean()
    loss.backward()  # fault: overflow
    optimizer.step()
print(W.detach().numpy().tobytes().hex())
