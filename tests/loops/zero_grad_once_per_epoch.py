"""zero_grad in the outer loop: every batch but the first of an epoch is contaminated."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(3)
x = torch.randn(64, 3)
y = x @ torch.tensor([[1.0], [2.0], [-1.0]]) + 0.1 * torch.randn(64, 1)
loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(4):
    optimizer.zero_grad()
    for xb, yb in loader:
        loss = ((model(xb) - yb) ** 2).mean()
        loss.backward()  # fault: stale-gradients
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
