"""The same at an ordinary rate: above the limit because of the scale."""
import torch

torch.manual_seed(70)
area = 1000 + 1500 * torch.rand(60, 1)
rooms = torch.randint(1, 6, (60, 1)).float()
x = torch.cat([area, rooms], 1)
y = 0.1 * area + 20 * rooms + 5
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)  # fault: learning-rate
for epoch in range(10):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()  # fault: scale
    loss.backward()  # fault: overflow
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
