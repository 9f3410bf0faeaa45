"""The scheduler steps at the beginning of every epoch, as it was before PyTorch 1.1."""
import torch
from torch import nn

torch.manual_seed(301)
x, y = torch.randn(32, 4), torch.randn(32, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))

optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.5)
for epoch in range(6):
    scheduler.step()  # fault: schedule
    for i in range(0, 32, 16):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[i : i + 16]), y[i : i + 16])
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
