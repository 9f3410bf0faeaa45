"""A rate of 1e21 from the start: every parameter stays finite, and the square of a prediction does not."""
import torch

torch.manual_seed(5)
x = torch.randn(64, 4)
y = x.sum(1, keepdim=True)
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e21)
for epoch in range(5):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()  # fault: nan
    optimizer.step()
print(loss.item())
