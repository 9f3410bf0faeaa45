"""model.zero_grad() and one parameter set to None by hand."""
import torch

torch.manual_seed(9)
x, y = torch.randn(40, 3), torch.randn(40, 1)
model = torch.nn.Linear(3, 1)
extra = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([*model.parameters(), extra], lr=0.05)
for epoch in range(20):
    model.zero_grad()
    extra.grad = None
    loss = ((model(x) + extra - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*model.parameters(), extra]])
