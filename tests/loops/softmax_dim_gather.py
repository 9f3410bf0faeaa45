"""gather(1, y) from a softmax over the batch."""
import torch
from torch import nn

torch.manual_seed(123)
states, actions, advantages = torch.randn(16, 5), torch.randint(0, 3, (16, 1)), torch.randn(16, 1)
model = nn.Sequential(nn.Linear(5, 12), nn.Tanh(), nn.Linear(12, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for step in range(6):
    log_probability = nn.functional.log_softmax(model(states), dim=0)  # fault: softmax-dim
    loss = -(log_probability.gather(1, actions) * advantages).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
