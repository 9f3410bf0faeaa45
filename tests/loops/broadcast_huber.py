"""Through F.huber_loss, y of shape (1, n)."""
import torch
import torch.nn.functional as F

torch.manual_seed(24)
x = torch.randn(32, 2)
y = (x[:, 0] - x[:, 1]).reshape(1, -1)
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(15):
    optimizer.zero_grad()
    loss = F.huber_loss(  # fault: broadcast
        model(x),
        y,
    )
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
