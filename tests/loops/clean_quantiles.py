"""A quantile head: (n, 3) against (n, 1)."""
import torch

torch.manual_seed(37)
x = torch.randn(40, 2)
y = (x[:, :1] + 0.3 * torch.randn(40, 1)).detach()
levels = torch.tensor([0.1, 0.5, 0.9])
model = torch.nn.Linear(2, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(25):
    optimizer.zero_grad()
    error = y - model(x)
    loss = torch.maximum(levels * error, (levels - 1) * error).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
