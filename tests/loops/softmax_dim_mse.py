"""Brier score of probabilities over the wrong axis, in batches."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(125)
targets = torch.eye(3)[torch.randint(0, 3, (36,))]
loader = DataLoader(TensorDataset(torch.randn(36, 4), targets), batch_size=12, shuffle=True)
model = nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 3), nn.Softmax(dim=0))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(2):
    for xb, yb in loader:
        optimizer.zero_grad()
        probability = model(xb)  # fault: softmax-dim
        loss = nn.functional.mse_loss(probability, yb)
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
