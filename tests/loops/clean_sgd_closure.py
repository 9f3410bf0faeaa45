"""SGD with a closure."""
import torch

torch.manual_seed(16)
x, y = torch.randn(30, 2), torch.randn(30, 1)
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def closure():
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    return loss


for epoch in range(15):
    loss = optimizer.step(closure)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
