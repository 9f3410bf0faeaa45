"""A history by name, inside a function."""
import torch
import torch.nn.functional as F
from torch import nn


def train(model, x, y, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    history = {"loss": [], "accuracy": []}
    for _ in range(steps):
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history["loss"].append(loss)  # fault: graph-leak
        history["accuracy"].append((logits.argmax(1) == y).float().mean().item())
    return history


torch.manual_seed(273)
model = nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3))
history = train(model, torch.randn(12, 1, 4, 4), torch.randint(0, 3, (12,)), 10)
print(history["accuracy"])
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
