"""A trainer that adds a fraction of each loss to its own list."""
import torch
from torch import nn


class Trainer:
    def __init__(self, model):
        self.model, self.losses = model, []
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = nn.functional.l1_loss(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        self.losses.append(loss / len(x))  # fault: graph-leak

    def fit(self, steps):
        for _ in range(steps):
            x = torch.randn(8, 3)
            self.step(x, x.sum(1, keepdim=True))


torch.manual_seed(274)
model = nn.Linear(3, 1)
trainer = Trainer(model)
trainer.fit(10)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
