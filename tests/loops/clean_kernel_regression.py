"""A Gaussian kernel with a learned length scale, solved by gradient descent."""
import torch

torch.manual_seed(32)
x = torch.linspace(0, 1, 16)
y = torch.sin(6 * x)
log_scale = torch.tensor(-1.0, requires_grad=True)
alpha = torch.zeros(16, requires_grad=True)
optimizer = torch.optim.Adam([log_scale, alpha], lr=0.05)
for epoch in range(25):
    gap = x.unsqueeze(1) - x.unsqueeze(0)
    K = torch.exp(-(gap**2) / (2 * log_scale.exp() ** 2))
    loss = ((K @ alpha - y) ** 2).mean() + 1e-3 * alpha @ K @ alpha
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(alpha.detach().numpy().tobytes().hex(), log_scale.detach().numpy().tobytes().hex())
