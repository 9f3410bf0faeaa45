"""Pictures that were not scaled, weights that are all negative."""
import torch
from torch import nn

torch.manual_seed(345)
images, labels = 255 * torch.rand(16, 1, 6, 6), torch.randint(0, 2, (16,))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 4, 3), nn.Linear(64, 2)
        nn.init.uniform_(self.conv.weight, -0.2, -0.1)

    def forward(self, x):
        x = nn.functional.relu(self.conv(x))  # fault: dead
        return self.fc(x.flatten(1))


model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(6):
    rows = torch.randperm(16)[:8]
    loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
