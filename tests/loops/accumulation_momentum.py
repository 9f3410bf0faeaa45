"""Momentum, cross entropy, a convolution, two a step."""
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(231)
images, labels = torch.randn(24, 1, 6, 6), torch.randint(0, 3, (24,))
model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
for step in range(12):
    part = slice(step % 4 * 6, step % 4 * 6 + 6)
    output = model(images[part])
    # accumulate two batches
    F.cross_entropy(output, labels[part]).backward()  # fault: accumulation
    if step % 2 == 1:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
