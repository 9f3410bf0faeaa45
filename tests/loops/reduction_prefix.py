"""As many rows as have come in."""
import torch
from torch import nn

torch.manual_seed(333)
x, y = torch.randn(64, 4), torch.randn(64, 1)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-5, weight_decay=1e-4)
for rows in (9, 40, 4, 27, 13, 64, 6):
    prediction = model(x[:rows])
    loss = nn.functional.smooth_l1_loss(prediction, y[:rows], reduction="sum")  # fault: reduction
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
