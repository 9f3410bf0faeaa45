"""Batches that are dictionaries, tokens for an embedding."""
import torch
from torch import nn

torch.manual_seed(503)
from torch.utils.data import DataLoader

rows = [{"tokens": torch.randint(0, 9, (5,)), "label": torch.randint(0, 3, ())} for _ in range(20)]
loader = DataLoader(rows, batch_size=4)
model = nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(20, 3))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for step in range(8):
    batch = next(iter(loader))  # fault: same-batch
    loss = nn.functional.cross_entropy(model(batch["tokens"]), batch["label"])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
