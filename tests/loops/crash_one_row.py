"""The last batch has one row, and batch normalisation needs two."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(236)
loader = DataLoader(TensorDataset(torch.randn(33, 3), torch.randn(33, 1)), batch_size=8)
model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for xb, yb in loader:
    loss = nn.functional.mse_loss(model(xb), yb)  # fault: crash
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
