"""A contractive code: its slopes, one by one, are summed up."""
import torch
from torch import nn

torch.manual_seed(14)
encoder, decoder = nn.Sequential(nn.Linear(4, 2), nn.Sigmoid()), nn.Linear(2, 4)
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-2)
x = torch.randn(24, 4)
for step in range(12):
    inputs = x.clone().requires_grad_()
    code = encoder(inputs)
    size = torch.zeros(())
    for unit in range(2):
        slope = torch.autograd.grad(code[:, unit].sum(), inputs, retain_graph=True)[0]  # fault: no-gradient
        size = size + slope.square().sum(1).mean()
    loss = nn.functional.mse_loss(decoder(code), x) + 0.1 * size
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*encoder.parameters(), *decoder.parameters()]])
