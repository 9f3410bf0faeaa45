"""Two loaders side by side, one begun again when it ends.   like: same-batch"""
import torch
from torch import nn

torch.manual_seed(514)
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.randn(32, 4), torch.randn(32, 1)), batch_size=8)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

other = DataLoader(torch.randn(16, 4), batch_size=8)
unlabelled = iter(other)
for epoch in range(2):
    for xb, yb in loader:
        try:
            more = next(unlabelled)
        except StopIteration:
            unlabelled = iter(other)
            more = next(unlabelled)
        optimizer.zero_grad()
        (nn.functional.mse_loss(model(xb), yb) + 0.1 * model(more).square().mean()).backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
