"""A rate multiplied where it should be divided: parameters become huge, though finite, and the cost is not."""
import torch

torch.manual_seed(4)
x = torch.randn(128, 4)
y = x.sum(1, keepdim=True)
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)  # fault: learning-rate
for epoch in range(12):
    if epoch == 8:
        optimizer.param_groups[0].update(lr=0.003 / 1e-33)
    for rows in torch.randperm(128).split(16):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
print(loss.item())
