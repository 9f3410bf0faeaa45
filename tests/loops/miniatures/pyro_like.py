"""Pyro's SVI: a parameter store, a guide, an ELBO of reparameterised samples, Adam on unconstrained parameters."""
import torch
import torch.distributions as dist
from torch.distributions import constraints, transform_to

_STORE = {}


def param(name, init, constraint=constraints.real):
    transform = transform_to(constraint)
    if name not in _STORE:
        _STORE[name] = transform.inv(init).detach().clone().requires_grad_(True)
    return transform(_STORE[name])


def model_log_prob(weights, bias, scale, x, y):
    prior = dist.Normal(0.0, 1.0).log_prob(weights).sum() + dist.Normal(0.0, 10.0).log_prob(bias).sum()
    mean = x @ weights + bias
    return prior + dist.Normal(mean, scale).log_prob(y).sum()


def guide():
    loc = param("loc", torch.zeros(4))
    scale = param("scale", torch.ones(4) * 0.3, constraints.positive)
    return dist.Normal(loc, scale)


class SVI:
    def __init__(self, make_optimizer, num_particles=2):
        self.num_particles = num_particles
        self.optimizer = make_optimizer()

    def loss(self, x, y):
        elbo = 0.0
        for _ in range(self.num_particles):
            q = guide()
            z = q.rsample()
            sigma = param("sigma", torch.tensor(1.0), constraints.positive)
            elbo = elbo + model_log_prob(z[:3], z[3], sigma, x, y) - q.log_prob(z).sum()
        return -elbo / self.num_particles

    def step(self, x, y):
        loss = self.loss(x, y)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.item()


torch.manual_seed(16)
x = torch.randn(30, 3)
y = x @ torch.tensor([1.0, -2.0, 0.5]) + 0.3 + 0.1 * torch.randn(30)
guide()
param("sigma", torch.tensor(1.0), constraints.positive)
svi = SVI(lambda: torch.optim.Adam(_STORE.values(), lr=0.03))
for step in range(15):
    loss = svi.step(x, y)
    if step % 5 == 0:
        print("[iteration %04d] loss: %.4f" % (step + 1, loss / len(x)))
print({name: value.detach().tolist() for name, value in _STORE.items()})

# fault: crash  a scale without its constraint
# - scale = param("scale", torch.ones(4) * 0.3, constraints.positive)
# + scale = param("scale", torch.randn(4))
# @ return dist.Normal(loc, scale)
# fault: none  sample() where rsample() is meant: the gradient of another estimator, which some use
# - z = q.rsample()
# + z = q.sample()
