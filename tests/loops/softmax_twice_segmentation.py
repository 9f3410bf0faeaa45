"""A softmax over the channels of a picture."""
import torch
from torch import nn

torch.manual_seed(106)
images, masks = torch.randn(4, 3, 6, 6), torch.randint(0, 3, (4, 6, 6))
model = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 3, 1), nn.Softmax2d())
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
weight = torch.tensor([1.0, 2.0, 0.5])
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), masks, weight=weight)  # fault: double-softmax
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
