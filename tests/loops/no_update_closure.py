"""The closure of LBFGS computes the cost and does not differentiate it."""
import torch

torch.manual_seed(7)
x = torch.randn(64, 3)
y = x.sum(1, keepdim=True)
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5)


def closure():
    optimizer.zero_grad()
    return torch.nn.functional.mse_loss(model(x), y)


for step in range(6):
    loss = optimizer.step(closure)  # fault: no-update
    print(loss.item())
