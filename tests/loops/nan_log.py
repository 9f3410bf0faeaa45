"""The logarithm of a negative number."""
import torch

torch.manual_seed(58)
x, y = torch.randn(32, 2), torch.rand(32, 1)
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(6):
    optimizer.zero_grad()
    score = model(x)
    logs = torch.log(score)  # fault: nan
    loss = ((logs - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
