"""The twin: standardised, one good step size."""
import torch

torch.manual_seed(71)
area = 1000 + 1500 * torch.rand(60, 1)
rooms = torch.randint(1, 6, (60, 1)).float()
x = torch.cat([area, rooms], 1)
x = (x - x.mean(0)) / x.std(0)
y = 200 * x[:, :1] + 20 * x[:, 1:] + 5
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
for epoch in range(30):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
