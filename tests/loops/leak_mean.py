"""An exponential mean of the losses."""
import torch
from torch import nn

torch.manual_seed(272)
model = nn.GRU(2, 4, batch_first=True)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
smooth = torch.zeros(())
for step in range(10):
    batch = torch.randn(4, 5, 2)
    out, _ = model(batch)
    loss = out.square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    smooth = 0.9 * smooth + 0.1 * loss  # fault: graph-leak
print(smooth.item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
