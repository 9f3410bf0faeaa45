"""Linear regression; zero_grad is missing."""
import torch

x = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
y = 13 * x + 1
torch.manual_seed(0)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(20):
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()  # fault: stale-gradients
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
