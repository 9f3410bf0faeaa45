"""A loader stacks sentences of different length."""
import torch
from torch import nn
from torch.utils.data import DataLoader

torch.manual_seed(239)
sentences = [torch.randn(n, 3) for n in (5, 5, 4, 6)]
model = nn.GRU(3, 4, batch_first=True)
optimizer = torch.optim.Adam(model.parameters())
for batch in DataLoader(sentences, batch_size=2):  # fault: crash
    out, _ = model(batch)
    loss = out.pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
