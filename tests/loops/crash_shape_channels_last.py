"""Images as NumPy has them: channels last."""
import torch
from torch import nn

torch.manual_seed(219)
images, labels = torch.rand(8, 12, 12, 3), torch.randint(0, 2, (8,))
model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(400, 2))
optimizer = torch.optim.Adam(model.parameters())
for epoch in range(3):
    scores = model(images)  # fault: crash
    loss = nn.functional.cross_entropy(scores, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
