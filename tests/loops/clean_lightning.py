"""A small trainer class, as the frameworks are built: the optimizer lives in an attribute, steps in a method."""
import torch
from torch import nn


class Module(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))

    def training_step(self, batch):
        x, y = batch
        return nn.functional.mse_loss(self.net(x), y)

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=1e-2)
        return optimizer, torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20)


class Trainer:
    def fit(self, module, batches, epochs):
        self.optimizer, self.schedule = module.configure_optimizers()
        for _ in range(epochs):
            for batch in batches:
                self.step(module, batch)
            self.schedule.step()

    def step(self, module, batch):
        def closure():
            self.optimizer.zero_grad()
            loss = module.training_step(batch)
            loss.backward()
            return loss

        self.optimizer.step(closure)


torch.manual_seed(41)
batches = [(torch.randn(8, 3), torch.randn(8, 1)) for _ in range(4)]
module = Module()
Trainer().fit(module, batches, 5)
print([p.detach().numpy().tobytes().hex() for p in module.parameters()])
