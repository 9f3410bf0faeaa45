"""Pairs of convolutions, trained by a class with a self of its own."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pairs = [(nn.Conv1d(1, 3, 3, padding=1), nn.Conv1d(3, 1, 1)) for _ in range(2)]  # fault: unregistered
        self.fc = nn.Linear(6, 2)

    def forward(self, x):
        for wide, narrow in self.pairs:
            x = x + narrow(torch.relu(wide(x)))
        return self.fc(x.flatten(1))


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

    def fit(self, x, y, steps):
        for _ in range(steps):
            self.optimizer.zero_grad()
            loss = nn.functional.cross_entropy(self.model(x), y)
            loss.backward()
            self.optimizer.step()


torch.manual_seed(254)
model = Net()
Trainer(model).fit(torch.randn(16, 1, 6), torch.randint(0, 2, (16,)), steps=6)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
