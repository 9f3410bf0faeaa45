"""Accelerate's loop: prepare(), accelerator.backward, accumulate(), clip_grad_norm_ when gradients are in step."""
import contextlib
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class AcceleratedOptimizer:
    def __init__(self, optimizer, accelerator):
        self.optimizer, self.accelerator = optimizer, accelerator

    def zero_grad(self):
        if self.accelerator.sync_gradients:
            self.optimizer.zero_grad()

    def step(self):
        if self.accelerator.sync_gradients:
            self.optimizer.step()


class Accelerator:
    def __init__(self, gradient_accumulation_steps=1):
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.step, self.sync_gradients = 0, True

    def prepare(self, model, optimizer, loader):
        return model, AcceleratedOptimizer(optimizer, self), loader

    @contextlib.contextmanager
    def accumulate(self, model):
        self.step += 1
        self.sync_gradients = self.step % self.gradient_accumulation_steps == 0
        yield

    def backward(self, loss):
        loss = loss / self.gradient_accumulation_steps
        loss.backward()

    def clip_grad_norm_(self, parameters, max_norm):
        return torch.nn.utils.clip_grad_norm_(parameters, max_norm)


torch.manual_seed(14)
X, Y = torch.randn(64, 5), torch.randn(64, 1)
loader = DataLoader(TensorDataset(X, Y), batch_size=8, shuffle=True)
model = nn.Sequential(nn.Linear(5, 12), nn.Tanh(), nn.Linear(12, 1))
accelerator = Accelerator(gradient_accumulation_steps=2)
model, optimizer, loader = accelerator.prepare(model, torch.optim.SGD(model.parameters(), lr=0.05), loader)
for epoch in range(4):
    total_loss = 0
    for step, batch in enumerate(loader):
        with accelerator.accumulate(model):
            inputs, targets = batch
            outputs = model(inputs)
            loss = nn.functional.mse_loss(outputs, targets)
            total_loss += loss.detach().float()
            accelerator.backward(loss)
            if accelerator.sync_gradients:
                accelerator.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
    print("epoch", epoch, total_loss.item() / len(loader))

# fault: graph-leak  the total keeps the graphs
# - total_loss += loss.detach().float()
# + total_loss += loss.float()
# fault: accumulation  the loss is not divided, plain SGD, no clipping
# - loss = loss / self.gradient_accumulation_steps
# - if accelerator.sync_gradients:
# - accelerator.clip_grad_norm_(model.parameters(), 1.0)
# @ loss.backward()
