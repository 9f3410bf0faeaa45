"""House areas in square feet beside numbers of rooms: condition 10⁷, and a rate small enough not to diverge."""
import torch

torch.manual_seed(69)
area = 1000 + 1500 * torch.rand(60, 1)
rooms = torch.randint(1, 6, (60, 1)).float()
x = torch.cat([area, rooms], 1)
y = 0.1 * area + 20 * rooms + 5
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-7)
for epoch in range(30):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()  # fault: scale
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
