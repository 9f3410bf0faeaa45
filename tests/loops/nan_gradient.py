"""torch.where hides the value of sqrt(0), not its infinite derivative."""
import torch

torch.manual_seed(59)
x = torch.rand(20, 1)
x[3] = 0.0
w = torch.ones(1, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for epoch in range(6):
    optimizer.zero_grad()
    z = w * x
    root = torch.sqrt(z)  # fault: nan
    loss = torch.where(z > 0, root, torch.zeros_like(z)).mean()
    loss.backward()
    optimizer.step()
print(w.detach().numpy().tobytes().hex())
