"""LBFGS whose closure does not empty the gradients."""
import torch

torch.manual_seed(6)
x = torch.randn(30, 2)
y = x @ torch.tensor([[2.0], [-1.0]]) + 0.5
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=4)


def closure():
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()  # fault: stale-gradients
    return loss


for epoch in range(4):
    optimizer.step(closure)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
