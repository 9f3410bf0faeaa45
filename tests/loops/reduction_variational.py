"""The cost of a variational autoencoder, two sums of which the second is taken away, with a last batch half as large."""
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(13)
X = torch.rand(80, 8).round()
encode, decode = nn.Linear(8, 4), nn.Linear(2, 8)
opt = torch.optim.SGD([*encode.parameters(), *decode.parameters()], lr=1e-3)
for epoch in range(6):
    for x in X.split(32):
        mean, log_variance = encode(x).chunk(2, 1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        made = F.binary_cross_entropy_with_logits(decode(z), x, reduction="sum")  # fault: reduction
        loss = made - 0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
        opt.zero_grad()
        loss.backward()
        opt.step()
print(loss.item())
