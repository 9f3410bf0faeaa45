"""A careful rate: the loss falls by a third of a per cent in all, which is slow and still learning."""
import torch

torch.manual_seed(93)
x = torch.randn(64, 2)
y = x @ torch.tensor([[1.0], [-2.0]])
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=4e-5)
for epoch in range(20):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
