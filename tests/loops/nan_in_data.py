"""One missing value in the table."""
import torch
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(56)
x = torch.randn(60, 3)
y = x.sum(1, keepdim=True)
x[37, 1] = float("nan")
loader = DataLoader(TensorDataset(x, y), batch_size=20)
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(3):
    for xb, yb in loader:  # fault: nan
        optimizer.zero_grad()
        loss = ((model(xb) - yb) ** 2).mean()
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
