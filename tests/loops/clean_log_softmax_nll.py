"""log_softmax into nll_loss, as in the oldest examples.   like: double-softmax softmax-dim"""
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.drop = nn.Dropout2d(0.2)
        self.fc = nn.Linear(144, 5)

    def forward(self, x):
        x = self.drop(F.relu(self.conv(x)))
        return F.log_softmax(self.fc(x.flatten(1)), dim=1)


torch.manual_seed(111)
images, labels = torch.randn(20, 1, 8, 8), torch.randint(0, 5, (20,))
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(5):
    optimizer.zero_grad()
    loss = F.nll_loss(model(images), labels)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
