"""A log-likelihood is climbed by hand, on purpose, and comes to rest."""
import torch

torch.manual_seed(314)
data = torch.randn(100) + 2
mean = torch.zeros(1, requires_grad=True)
for step in range(20):
    likelihood = (-0.5 * (data - mean) ** 2).mean()
    likelihood.backward()
    with torch.no_grad():
        mean += 0.3 * mean.grad
    mean.grad = None
    print(mean.item(), likelihood.item())
