"""One inner step inside the graph (MAML): w - lr * g is meant."""
import torch

torch.manual_seed(20)
x = torch.randn(20, 1)
w = torch.randn(1, 1, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.05)
for step in range(15):
    optimizer.zero_grad()
    total = 0.0
    for slope in (1.0, 2.0):
        inner = ((x @ w - slope * x) ** 2).mean()
        (g,) = torch.autograd.grad(inner, [w], create_graph=True)
        fast = w - 0.05 * g
        total = total + ((x @ fast - slope * x) ** 2).mean()
    total.backward()
    optimizer.step()
print(w.detach().numpy().tobytes().hex())
