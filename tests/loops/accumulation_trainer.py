"""A trainer class that counts batches."""
import torch
from torch import nn


class Trainer:
    def __init__(self, model, every):
        self.model, self.every, self.count = model, every, 0
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.03, nesterov=True, momentum=0.5)
        self.criterion = nn.BCEWithLogitsLoss()

    def train_batch(self, x, y):
        loss = self.criterion(self.model(x), y)
        loss.backward()  # fault: accumulation
        self.count += 1
        if self.count % self.every == 0:
            self.optimizer.step()
            self.optimizer.zero_grad()
        return loss.item()


torch.manual_seed(234)
model = nn.Sequential(nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 1))
trainer = Trainer(model, every=4)
for batch in range(16):
    x = torch.randn(8, 3)
    trainer.train_batch(x, (x.sum(1, keepdim=True) > 0).float())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
