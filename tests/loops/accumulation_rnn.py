"""A recurrent network, a step at every second sequence, the last line of the if."""
import torch
from torch import nn

torch.manual_seed(235)
series = torch.randn(10, 7, 2)
model = nn.GRU(2, 2, batch_first=True)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
optimizer.zero_grad()
for n in range(10):
    out, _ = model(series[n : n + 1, :-1])
    # gradients are accumulated over two
    loss = nn.functional.smooth_l1_loss(out, series[n : n + 1, 1:])
    loss.backward()  # fault: accumulation
    if n > 0 and (n + 1) % 2 == 0:
        optimizer.step()
        optimizer.zero_grad()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
