"""Logits into cross_entropy; the softmax only where a probability is printed.   like: double-softmax softmax-dim"""
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(110)
images, labels = torch.randn(20, 1, 8, 8), torch.randint(0, 5, (20,))
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Dropout(0.1), nn.Flatten(), nn.Linear(144, 5))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for epoch in range(4):
    model.train()
    output = model(images)
    loss = F.cross_entropy(output, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        sure = F.softmax(model(images), dim=1).max(1).values.mean()
    print(loss.item(), sure.item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
