"""MAML on sine curves: fast weights, an inner step with create_graph, a functional network, several tasks a step."""
import math
import torch
import torch.nn as nn
import torch.nn.functional as F
from collections import OrderedDict


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(OrderedDict([("l1", nn.Linear(1, 12)), ("relu1", nn.ReLU()), ("l2", nn.Linear(12, 1))]))

    def forward(self, x):
        return self.net(x)

    def parameterised(self, x, weights):
        x = F.relu(F.linear(x, weights[0], weights[1]))
        return F.linear(x, weights[2], weights[3])


class SineTask:
    def __init__(self):
        self.amplitude = 0.1 + 4.9 * torch.rand(1).item()
        self.phase = math.pi * torch.rand(1).item()

    def sample_data(self, size):
        x = torch.rand(size, 1) * 10 - 5
        return x, self.amplitude * torch.sin(x + self.phase)


class MAML:
    def __init__(self, model, inner_lr, meta_lr, K=8, inner_steps=1, tasks_per_meta_batch=3):
        self.model, self.inner_lr, self.K, self.inner_steps = model, inner_lr, K, inner_steps
        self.weights = list(model.parameters())
        self.meta_optimiser = torch.optim.Adam(self.weights, meta_lr)
        self.criterion = nn.MSELoss()
        self.tasks_per_meta_batch = tasks_per_meta_batch
        self.meta_losses = []

    def inner_loop(self, task):
        temp_weights = [w.clone() for w in self.weights]
        X, y = task.sample_data(self.K)
        for step in range(self.inner_steps):
            loss = self.criterion(self.model.parameterised(X, temp_weights), y) / self.K
            grad = torch.autograd.grad(loss, temp_weights, create_graph=True)
            temp_weights = [w - self.inner_lr * g for w, g in zip(temp_weights, grad)]
        X, y = task.sample_data(self.K)
        return self.criterion(self.model.parameterised(X, temp_weights), y) / self.K

    def main_loop(self, num_iterations):
        epoch_loss = 0
        for iteration in range(1, num_iterations + 1):
            meta_loss = 0
            for i in range(self.tasks_per_meta_batch):
                meta_loss += self.inner_loop(SineTask())
            self.meta_optimiser.zero_grad()
            meta_loss.backward()
            self.meta_optimiser.step()
            epoch_loss += meta_loss.item() / self.tasks_per_meta_batch
            if iteration % 3 == 0:
                print("{}/{}. loss: {}".format(iteration, num_iterations, epoch_loss / 3))
                epoch_loss = 0


torch.manual_seed(19)
maml = MAML(Model(), inner_lr=0.01, meta_lr=0.001)
maml.main_loop(num_iterations=9)

# fault: crash  the fast weights are cut off from the weights
# - temp_weights = [w - self.inner_lr * g for w, g in zip(temp_weights, grad)]
# + temp_weights = [(w - self.inner_lr * g).detach() for w, g in zip(temp_weights, grad)]
# fault: stale-gradients  the outer gradients are never emptied
# - self.meta_optimiser.zero_grad()
# @ meta_loss.backward()
