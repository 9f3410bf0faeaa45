"""Per-sample gradients with torch.func, inside an ordinary loop."""
import torch
from torch import nn

torch.manual_seed(81)
x, y = torch.randn(16, 3), torch.randn(16, 1)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)


def one_loss(parameters, xi, yi):
    return (torch.func.functional_call(model, parameters, (xi,)) - yi).pow(2).mean()


for epoch in range(15):
    parameters = {name: p.detach() for name, p in model.named_parameters()}
    per_sample = torch.func.vmap(torch.func.grad(one_loss), in_dims=(None, 0, 0))(parameters, x, y)
    for name, p in model.named_parameters():
        p.grad = per_sample[name].mean(0)
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
