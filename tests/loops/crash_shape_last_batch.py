"""A state made for full batches meets the shorter last one, after the first steps."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(221)
loader = DataLoader(TensorDataset(torch.randn(43, 2), torch.randn(43, 3)), batch_size=2)
model = nn.Linear(2, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
offset = torch.ones(2, 3)
for xb, yb in loader:
    prediction = model(xb)
    moved = prediction.flatten() + offset.flatten()  # fault: crash
    loss = (moved - yb.flatten()).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
