"""(n, 1) minus (n,): the fit collapses to the mean."""
import torch

torch.manual_seed(21)
x = torch.randn(64, 1)
y = 9 * x[:, 0] - 2 + 0.1 * torch.randn(64)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(60):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()  # fault: broadcast
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
