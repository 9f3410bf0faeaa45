"""The first batch of the test data is shown after each epoch.   like: same-batch"""
import torch
from torch import nn

torch.manual_seed(513)
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.randn(32, 4), torch.randn(32, 1)), batch_size=8)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

shown = DataLoader(TensorDataset(torch.randn(16, 4)), batch_size=4)
x, y = torch.randn(24, 4), torch.randn(24, 1)
for epoch in range(8):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
    with torch.no_grad():
        print(model(next(iter(shown))[0]).sum().item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
