"""Every prediction against every target, on purpose, and said so."""
import torch

torch.manual_seed(29)
z = torch.randn(32, 1)
target = torch.sort(torch.randn(32)).values
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(15):
    optimizer.zero_grad()
    loss = (model(z) - target).abs().mean()  # wxb: allow broadcast
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
