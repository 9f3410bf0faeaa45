"""No optimizer on purpose: squared gradients are gathered, the model stays."""
import torch
from torch import nn

torch.manual_seed(176)
x, labels = torch.randn(12, 4), torch.randint(0, 3, (12,))
model = nn.Linear(4, 3)
fisher = [torch.zeros_like(p) for p in model.parameters()]
for row, label in zip(x, labels):
    model.zero_grad()
    loss = nn.functional.cross_entropy(model(row[None]), label[None])
    loss.backward()
    for total, p in zip(fisher, model.parameters()):
        total += p.grad**2 / len(x)
    print(f"{loss.item():.3f}")
print([total.numpy().tobytes().hex() for total in fisher])
