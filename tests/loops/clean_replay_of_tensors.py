"""A replay memory of tensors without a graph grows.   like: graph-leak"""
import torch
from torch import nn

torch.manual_seed(287)
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
memory, log = [], {}
state = torch.randn(3)
for t in range(14):
    with torch.no_grad():
        action = model(state).argmax()
    following = torch.randn(3)
    memory.append((state, action, float(state[0] > 0), following))
    state = following
    rows = [memory[int(i)] for i in torch.randint(0, len(memory), (4,))]
    states, actions = torch.stack([row[0] for row in rows]), torch.stack([row[1] for row in rows])
    q = model(states).gather(1, actions.unsqueeze(1)).squeeze(1)
    target = torch.tensor([row[2] for row in rows])
    loss = nn.functional.smooth_l1_loss(q, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    log[t] = loss.item()
print(log)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
