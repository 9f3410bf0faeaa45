"""A model moved to its device, with no_grad around a layer of forward."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 3, 3)
        self.head = nn.Linear(18, 2)

    def forward(self, x):
        with torch.no_grad():
            h = torch.relu(self.conv(x))  # fault: no-gradient
        return self.head(h.flatten(1))


torch.manual_seed(162)
device = torch.device("cpu")
x, labels = torch.randn(16, 1, 8).double(), torch.randint(0, 2, (16,))
model = Net().double().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(6):
    loss = nn.CrossEntropyLoss()(model(x.to(device)), labels.to(device))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
