"""DDPM: a schedule of betas, embeddings of the time, noise predicted by a network, sampling under no_grad, an EMA."""
import copy
import math
import torch
import torch.nn as nn
import torch.nn.functional as F

T = 20
betas = torch.linspace(1e-4, 0.2, T)
alphas = 1.0 - betas
alphas_cumprod = torch.cumprod(alphas, dim=0)


class SinusoidalPositionEmbeddings(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, time):
        half = self.dim // 2
        frequencies = torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))
        args = time[:, None] * frequencies[None, :]
        return torch.cat((args.sin(), args.cos()), dim=-1)


class Denoiser(nn.Module):
    def __init__(self, dim=3, hidden=16):
        super().__init__()
        self.time_mlp = nn.Sequential(SinusoidalPositionEmbeddings(8), nn.Linear(8, hidden), nn.SiLU())
        self.inp, self.mid, self.out = nn.Linear(dim, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, dim)

    def forward(self, x, t):
        h = F.silu(self.inp(x) + self.time_mlp(t))
        h = h + F.silu(self.mid(h))
        return self.out(h)


def extract(a, t, x_shape):
    return a.gather(-1, t).reshape(t.shape[0], *((1,) * (len(x_shape) - 1)))


def q_sample(x_start, t, noise):
    return extract(alphas_cumprod.sqrt(), t, x_start.shape) * x_start + extract((1 - alphas_cumprod).sqrt(), t, x_start.shape) * noise


def p_losses(denoise_model, x_start, t):
    noise = torch.randn_like(x_start)
    x_noisy = q_sample(x_start, t, noise)
    predicted_noise = denoise_model(x_noisy, t)
    return F.smooth_l1_loss(noise, predicted_noise)


@torch.no_grad()
def sample(model, n):
    img = torch.randn(n, 3)
    for i in reversed(range(T)):
        t = torch.full((n,), i)
        mean = (img - betas[i] / (1 - alphas_cumprod[i]).sqrt() * model(img, t)) / alphas[i].sqrt()
        img = mean if i == 0 else mean + betas[i].sqrt() * torch.randn_like(img)
    return img


torch.manual_seed(17)
data = torch.randn(48, 3) * 0.2 + torch.tensor([1.0, -1.0, 0.0])
dataloader = torch.utils.data.DataLoader(data, batch_size=12, shuffle=True, drop_last=True)
model = Denoiser()
ema = copy.deepcopy(model)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for step, batch in enumerate(dataloader):
        optimizer.zero_grad()
        t = torch.randint(0, T, (batch.shape[0],)).long()
        loss = p_losses(model, batch, t)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for e, p in zip(ema.parameters(), model.parameters()):
                e.mul_(0.9).add_(p, alpha=0.1)
    print("Loss:", loss.item())
print(sample(ema, 4).mean(0).tolist())

# fault: crash  the coefficients without the axes of the data
# - return a.gather(-1, t).reshape(t.shape[0], *((1,) * (len(x_shape) - 1)))
# + return a.gather(-1, t)
# @ return extract(alphas_cumprod.sqrt(), t, x_start.shape) * x_start + extract((1 - alphas_cumprod).sqrt(), t, x_start.shape) * noise
# fault: broadcast  one number predicted for three
# - self.inp, self.mid, self.out = nn.Linear(dim, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, dim)
# + self.inp, self.mid, self.out = nn.Linear(dim, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 1)
# @ return F.smooth_l1_loss(noise, predicted_noise)
