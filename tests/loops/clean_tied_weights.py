"""Tied weights, two parameter groups with different rates, a scheduler on a plateau, early stopping."""
import torch
from torch import nn

torch.manual_seed(85)
embed = nn.Embedding(10, 6)
middle = nn.Linear(6, 6)
groups = [{"params": embed.parameters(), "lr": 0.05}, {"params": middle.parameters(), "lr": 0.1}]
optimizer = torch.optim.SGD(groups, momentum=0.5)
schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=2)
words = torch.arange(10)
best, waited = float("inf"), 0
for epoch in range(40):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(torch.tanh(middle(embed(words))) @ embed.weight.T, (words + 1) % 10)
    loss.backward()
    optimizer.step()
    schedule.step(loss.item())
    best, waited = (loss.item(), 0) if loss.item() < best else (best, waited + 1)
    if waited > 5:
        break
print(embed.weight.detach().numpy().tobytes().hex(), middle.weight.detach().numpy().tobytes().hex())
