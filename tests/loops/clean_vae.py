"""A variational autoencoder: random draws inside the model."""
import torch
from torch import nn

torch.manual_seed(46)
x = torch.rand(32, 8)
encoder, decoder = nn.Linear(8, 4), nn.Linear(2, 8)
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-2)
for epoch in range(20):
    mean, log_variance = encoder(x).chunk(2, 1)
    z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
    reconstruction = nn.functional.binary_cross_entropy_with_logits(decoder(z), x, reduction="sum")
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum()
    loss = (reconstruction + divergence) / len(x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*encoder.parameters(), *decoder.parameters()]])
