"""A NumPy table is float64, the layer float32."""
import numpy
import torch
from torch import nn

generator = numpy.random.default_rng(225)
x = torch.from_numpy(generator.normal(size=(20, 3)))
y = torch.from_numpy(generator.normal(size=(20, 1)))
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    prediction = model(x)  # fault: crash
    loss = nn.functional.mse_loss(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
