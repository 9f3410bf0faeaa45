"""Two losses, two backward calls, one step; a module used by one of them only now and then."""
import torch
from torch import nn

torch.manual_seed(87)
body, main_head, side_head = nn.Linear(4, 8), nn.Linear(8, 1), nn.Linear(8, 1)
parameters = [*body.parameters(), *main_head.parameters(), *side_head.parameters()]
optimizer = torch.optim.SGD(parameters, lr=0.05, momentum=0.9, nesterov=True)
for epoch in range(24):
    x = torch.randn(16, 4)
    optimizer.zero_grad(set_to_none=epoch % 2 == 0)
    hidden = torch.relu(body(x))
    first = (main_head(hidden) - x[:, :1]).pow(2).mean()
    first.backward(retain_graph=True)
    if epoch % 6 == 5:
        second = (side_head(hidden) - x[:, 1:2]).abs().mean()
        second.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in parameters])
