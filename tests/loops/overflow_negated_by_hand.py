"""-(…)² by hand."""
import torch

torch.manual_seed(312)
x = torch.randn(40, 2)
y = x.sum(1)
w = torch.zeros(2, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.2)
for epoch in range(15):
    error = x @ w - y
    loss = -(error**2).mean()  # fault: overflow
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
