"""Converted, initialised, evaluated under no_grad, an accuracy by argmax: all beside the path to the loss."""
import copy

import torch
from torch import nn

torch.manual_seed(173)
x, labels = torch.randn(32, 4).double(), torch.randint(0, 3, (32,))
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
nn.init.orthogonal_(model[0].weight)
model = model.to(torch.float64)
best = copy.deepcopy(model.state_dict())
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(8):
    scores = model(x)
    accuracy = (scores.argmax(1) == labels).double().mean()
    loss = nn.functional.cross_entropy(scores, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        error = nn.functional.cross_entropy(model(x), labels)
model.load_state_dict(best)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()], accuracy, error)
