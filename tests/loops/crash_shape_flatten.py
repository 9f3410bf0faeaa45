"""The images are not flattened before the linear layer."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.head = nn.Linear(4 * 6 * 6, 10)

    def forward(self, x):
        h = torch.relu(self.conv(x))
        return self.head(h)  # fault: crash


torch.manual_seed(218)
images, labels = torch.randn(8, 1, 8, 8), torch.randint(0, 10, (8,))
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    loss = nn.functional.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
