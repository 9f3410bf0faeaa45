"""Layers in a plain list are no parameters of the model."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 1)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


optimizer = torch.optim.SGD(Net().parameters(), lr=0.01)  # fault: crash
