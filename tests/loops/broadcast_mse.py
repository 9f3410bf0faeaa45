"""The same through F.mse_loss."""
import torch
import torch.nn.functional as F

torch.manual_seed(22)
x = torch.randn(64, 2)
y = x[:, 0] - x[:, 1]
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for epoch in range(20):
    prediction = model(x)
    loss = F.mse_loss(prediction, y)  # fault: broadcast
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
