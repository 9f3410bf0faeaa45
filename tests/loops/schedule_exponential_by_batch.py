"""An exponential decay by epochs, called in a function that a loop over epochs calls."""
import torch
from torch import nn

torch.manual_seed(304)
x, y = torch.randn(40, 3), torch.randn(40, 1)
model = nn.Linear(3, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)


def train_epoch():
    for rows in torch.randperm(40).split(4):
        optimizer.zero_grad()
        loss = nn.functional.l1_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        scheduler.step()  # fault: schedule


for epoch in range(3):
    train_epoch()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
