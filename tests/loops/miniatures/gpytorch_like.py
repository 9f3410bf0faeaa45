"""GPyTorch's exact regression: raw parameters under softplus, Cholesky, the marginal likelihood, Adam at 0.1."""
import math
import torch
import torch.nn.functional as F


class Kernel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.raw_lengthscale = torch.nn.Parameter(torch.zeros(1))
        self.raw_outputscale = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x1, x2):
        lengthscale = F.softplus(self.raw_lengthscale)
        diff = (x1.unsqueeze(-1) - x2.unsqueeze(-2)) / lengthscale
        return F.softplus(self.raw_outputscale) * torch.exp(-0.5 * diff.pow(2))


class ExactGPModel(torch.nn.Module):
    def __init__(self, train_x, train_y):
        super().__init__()
        self.train_x, self.train_y = train_x, train_y
        self.mean_constant = torch.nn.Parameter(torch.zeros(1))
        self.covar_module = Kernel()
        self.raw_noise = torch.nn.Parameter(torch.tensor([-2.0]))

    def forward(self):
        K = self.covar_module(self.train_x, self.train_x)
        return K + (F.softplus(self.raw_noise) + 1e-4) * torch.eye(len(self.train_x))

    def marginal_log_likelihood(self):
        L = torch.linalg.cholesky(self())
        residual = (self.train_y - self.mean_constant).unsqueeze(1)
        alpha = torch.cholesky_solve(residual, L)
        log_det = 2 * L.diagonal().log().sum()
        return -0.5 * (residual.T @ alpha).squeeze() - 0.5 * log_det - 0.5 * len(self.train_x) * math.log(2 * math.pi)

    def predict(self, x):
        L = torch.linalg.cholesky(self())
        k = self.covar_module(x, self.train_x)
        residual = (self.train_y - self.mean_constant).unsqueeze(1)
        return self.mean_constant + (k @ torch.cholesky_solve(residual, L)).squeeze(1)


torch.manual_seed(15)
train_x = torch.linspace(0, 1, 12)
train_y = torch.sin(train_x * (2 * math.pi)) + torch.randn(train_x.size()) * math.sqrt(0.04)
model = ExactGPModel(train_x, train_y)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
for i in range(20):
    optimizer.zero_grad()
    loss = -model.marginal_log_likelihood() / len(train_x)
    loss.backward()
    if i % 5 == 0:
        print("Iter %d Loss: %.3f lengthscale: %.3f" % (i, loss.item(), F.softplus(model.covar_module.raw_lengthscale).item()))
    optimizer.step()
with torch.no_grad():
    print(model.predict(torch.linspace(0, 1, 5)).tolist())

# fault: unregistered  the noise is no Parameter
# - self.raw_noise = torch.nn.Parameter(torch.tensor([-2.0]))
# + self.raw_noise = torch.tensor([-2.0], requires_grad=True)
# fault: nan  the logarithm of what is not positive
# - log_det = 2 * L.diagonal().log().sum()
# + log_det = 2 * (L.diagonal() - 1).log().sum()
