"""StepLR for thirty epochs, moved by every batch."""
import torch
from torch import nn

torch.manual_seed(303)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
for epoch in range(4):
    for i in range(0, 32, 4):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x[i : i + 4]), y[i : i + 4]).backward()
        optimizer.step()
        scheduler.step()  # fault: schedule
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
