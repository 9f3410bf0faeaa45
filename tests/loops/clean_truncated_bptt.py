"""Truncated back-propagation through time: the state is detached on purpose between pieces."""
import torch
from torch import nn

torch.manual_seed(82)
cell, head = nn.GRUCell(1, 8), nn.Linear(8, 1)
optimizer = torch.optim.Adam([*cell.parameters(), *head.parameters()], lr=1e-2)
series = torch.sin(torch.linspace(0, 20, 121)).unsqueeze(1)
state = torch.zeros(1, 8)
for start in range(0, 120, 8):
    state = state.detach()
    loss = torch.zeros(())
    for t in range(start, start + 8):
        state = cell(series[t : t + 1], state)
        loss = loss + (head(state) - series[t + 1 : t + 2]).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*cell.parameters(), *head.parameters()]])
