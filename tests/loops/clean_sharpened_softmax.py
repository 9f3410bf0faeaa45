"""Scores that are a temperature times a softmax over positions, used as logits over the classes.   like: double-softmax"""
import torch
from torch import nn

torch.manual_seed(116)
x, y = torch.randn(24, 5, 4), torch.randint(0, 3, (24,))
model = nn.ModuleDict({"attend": nn.Linear(4, 1), "head": nn.Linear(4, 3)})
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(6):
    weights = model["attend"](x).softmax(dim=1)
    logits = (weights * model["head"](x)).sum(1)
    loss = nn.functional.cross_entropy(logits, y, label_smoothing=0.1)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
