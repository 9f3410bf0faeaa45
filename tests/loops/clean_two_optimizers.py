"""Raw features whose weights Adam moves, which rescales each; only the intercept is left to SGD."""
import torch

torch.manual_seed(92)
area = 1000 + 1500 * torch.rand(60, 1)
rooms = torch.randint(1, 6, (60, 1)).float()
x = torch.cat([area, rooms], 1)
y = 0.1 * area + 20 * rooms + 5
model = torch.nn.Linear(2, 1)
optimizers = [torch.optim.Adam([model.weight], lr=0.01), torch.optim.SGD([model.bias], lr=0.01)]
for epoch in range(30):
    for optimizer in optimizers:
        optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    for optimizer in optimizers:
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
