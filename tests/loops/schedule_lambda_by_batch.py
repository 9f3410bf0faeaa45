"""A decay written for epochs; a loader, a convolution."""
import torch
from torch import nn

torch.manual_seed(307)
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.randn(24, 1, 5, 5), torch.randint(0, 2, (24,))), batch_size=4, shuffle=True)
model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Tanh(), nn.Flatten(), nn.Linear(18, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.3**epoch)
for epoch in range(4):
    for images, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        scheduler.step()  # fault: schedule
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
