"""A loss that becomes nan: features of very different size, and a rate that is too large for them."""

import torch

torch.manual_seed(1)

area = torch.tensor([[850.0], [1200.0], [1500.0], [2100.0], [2600.0]])
price = torch.tensor([[1.9], [2.6], [3.1], [4.4], [5.2]])
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

for epoch in range(100):
    loss = torch.nn.functional.mse_loss(model(area), price)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
