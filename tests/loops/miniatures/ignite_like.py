"""Ignite's Engine: process functions, events and handlers, supervised trainer and evaluator, metrics."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class State:
    epoch = iteration = 0
    output = batch = None

    def __init__(self):
        self.metrics = {}


class Engine:
    def __init__(self, process_function):
        self._process_function = process_function
        self.handlers = {}
        self.state = State()

    def on(self, event):
        def decorator(handler):
            self.handlers.setdefault(event, []).append(handler)
            return handler
        return decorator

    def _fire(self, event):
        for handler in self.handlers.get(event, []):
            handler(self)

    def run(self, data, max_epochs=1):
        for _ in range(max_epochs):
            self.state.epoch += 1
            for self.state.batch in data:
                self.state.iteration += 1
                self.state.output = self._process_function(self, self.state.batch)
                self._fire("iteration_completed")
            self._fire("epoch_completed")
        return self.state


torch.manual_seed(12)
x, y = torch.randn(48, 6), torch.randint(0, 3, (48,))
train_loader = DataLoader(TensorDataset(x[:40], y[:40]), batch_size=8, shuffle=True)
val_loader = DataLoader(TensorDataset(x[40:], y[40:]), batch_size=8)
model = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3))
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.005)
criterion = nn.CrossEntropyLoss()


def train_step(engine, batch):
    model.train()
    optimizer.zero_grad()
    x, y = batch
    y_pred = model(x)
    loss = criterion(y_pred, y)
    loss.backward()
    optimizer.step()
    return loss.item()


def validation_step(engine, batch):
    model.eval()
    with torch.no_grad():
        x, y = batch
        y_pred = model(x)
        return criterion(y_pred, y).item(), (y_pred.argmax(1) == y).float().mean().item()


trainer, evaluator = Engine(train_step), Engine(validation_step)


@trainer.on("iteration_completed")
def log_training_loss(engine):
    if engine.state.iteration % 5 == 0:
        print(f"Epoch[{engine.state.epoch}] Loss: {engine.state.output:.4f}")


@trainer.on("epoch_completed")
def log_validation_results(engine):
    evaluator.run(val_loader)
    print(f"Validation: {evaluator.state.output}")


trainer.run(train_loader, max_epochs=3)

# fault: mode  evaluated in training mode
# - model.eval()
# @ with torch.no_grad():
# fault: no-update  zero_grad between backward and step
# - optimizer.zero_grad()
# - loss.backward()
# + loss.backward()
# + optimizer.zero_grad()
# @ optimizer.zero_grad()
