"""A training function that clips what it is about to empty."""
import torch
from torch import nn


def limit(parameters):
    torch.nn.utils.clip_grad_norm_(parameters, 0.5)  # fault: clip-order


def train(model, optimizer, x, y):
    model.train()
    for i in range(0, len(x), 8):
        loss = nn.functional.smooth_l1_loss(model(x[i : i + 8]), y[i : i + 8])
        limit(model.parameters())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


torch.manual_seed(206)
x, y = torch.randn(32, 3), torch.randn(32, 2)
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
for epoch in range(2):
    train(model, optimizer, x, y)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
