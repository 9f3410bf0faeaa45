"""Features on raw scales, with Adam: it rescales each coordinate itself."""
import torch

torch.manual_seed(86)
x = torch.cat([1000 + 1500 * torch.rand(60, 1), torch.randint(1, 6, (60, 1)).float()], 1)
y = 0.1 * x[:, :1] + 20 * x[:, 1:] + 5
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for epoch in range(30):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
