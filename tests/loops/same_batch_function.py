"""A function that fetches a batch, pictures scaled by hand."""
import torch
from torch import nn

torch.manual_seed(502)
from torch.utils.data import DataLoader, TensorDataset

pictures = torch.randint(0, 256, (24, 1, 5, 5), dtype=torch.uint8)
loader = DataLoader(TensorDataset(pictures, torch.randint(0, 2, (24,))), batch_size=6, drop_last=True)
model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Tanh(), nn.Flatten(), nn.Linear(18, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)


def get_batch():
    images, labels = next(iter(loader))  # fault: same-batch
    return images.float() / 255, labels


for step in range(7):
    images, labels = get_batch()
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
