"""A stream that never ends, one iterator for each batch.   like: same-batch"""
import torch
from torch import nn

torch.manual_seed(516)
from torch.utils.data import DataLoader, IterableDataset


class Stream(IterableDataset):
    def __iter__(self):
        while True:
            x = torch.randn(4)
            yield x, x.sum().view(1)


loader = DataLoader(Stream(), batch_size=8)
model = nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(8):
    xb, yb = next(iter(loader))
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(xb), yb)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
