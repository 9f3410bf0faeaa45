"""The features go through NumPy, where no gradient follows."""
import torch
from torch import nn

torch.manual_seed(164)
x, y = torch.randn(32, 4), torch.randn(32, 1)
encoder, head = nn.Linear(4, 8), nn.Linear(8, 1)
optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=0.01)
for epoch in range(6):
    optimizer.zero_grad()
    array = encoder(x).detach().numpy()  # fault: no-gradient
    features = torch.from_numpy(array)
    loss = nn.functional.mse_loss(head(features.relu()), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*encoder.parameters(), *head.parameters()]])
