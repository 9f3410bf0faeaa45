"""y has one axis too many: (n, 1, 1)."""
import torch

torch.manual_seed(26)
x = torch.randn(24, 1)
y = (2 * x).unsqueeze(2)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(15):
    optimizer.zero_grad()
    loss = torch.sub(model(x), y).square().mean()  # fault: broadcast
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
