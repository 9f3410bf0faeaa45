"""Gradients emptied through .grad.data.zero_()."""
import torch

torch.manual_seed(8)
x, y = torch.randn(40, 3), torch.randn(40, 1)
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(20):
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    for p in model.parameters():
        p.grad.data.zero_()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
