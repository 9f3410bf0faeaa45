"""The target comes from NumPy as (n,)."""
import numpy as np
import torch

rng = np.random.default_rng(0)
x = rng.normal(size=(48, 1)).astype(np.float32)
y = (3 * x[:, 0] + 1).astype(np.float32)
torch.manual_seed(25)
linear = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(linear.parameters(), lr=0.1)
for epoch in range(20):
    optimizer.zero_grad()
    residual = linear(torch.from_numpy(x)) - torch.from_numpy(y)  # fault: broadcast
    loss = residual.abs().mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in linear.parameters()])
