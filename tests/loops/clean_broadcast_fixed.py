"""The twin of the broadcast loops: shapes agree everywhere."""
import torch
import torch.nn.functional as F

torch.manual_seed(28)
x = torch.randn(64, 1)
y = 9 * x[:, 0] - 2
weights = torch.rand(64)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(30):
    optimizer.zero_grad()
    prediction = model(x).squeeze(1)
    loss = (weights * (prediction - y) ** 2).mean() + F.l1_loss(prediction, y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
