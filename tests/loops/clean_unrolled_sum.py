"""A loss that is the sum over a sequence.   like: graph-leak"""
import torch
from torch import nn

torch.manual_seed(282)
sequence = torch.randn(6, 5, 3)
model = nn.ModuleDict({"cell": nn.GRUCell(3, 4), "out": nn.Linear(4, 3)})
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(8):
    hidden, loss = torch.zeros(5, 4), 0
    for t in range(5):
        hidden = model["cell"](sequence[t], hidden)
        loss += nn.functional.mse_loss(model["out"](hidden), sequence[t + 1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
