"""torchdiffeq's ode_demo: a spiral, RK4 steps, random pieces of the trajectory, RMSprop, a running average."""
import torch
import torch.nn as nn
import torch.optim as optim

data_size, batch_time, batch_size = 40, 5, 6


def odeint(func, y0, t):
    ys = [y0]
    for t0, t1 in zip(t[:-1], t[1:]):
        h, y = t1 - t0, ys[-1]
        k1 = func(t0, y)
        k2 = func(t0 + h / 2, y + h * k1 / 2)
        k3 = func(t0 + h / 2, y + h * k2 / 2)
        k4 = func(t1, y + h * k3)
        ys.append(y + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6)
    return torch.stack(ys)


class Lambda(nn.Module):
    def forward(self, t, y):
        return torch.mm(y ** 3, true_A)


class ODEFunc(nn.Module):
    def __init__(self):
        super(ODEFunc, self).__init__()
        self.net = nn.Sequential(nn.Linear(2, 10), nn.Tanh(), nn.Linear(10, 2))
        for m in self.net.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, mean=0, std=0.1)
                nn.init.constant_(m.bias, val=0)

    def forward(self, t, y):
        return self.net(y ** 3)


class RunningAverageMeter(object):
    def __init__(self, momentum=0.99):
        self.momentum, self.val, self.avg = momentum, None, 0

    def update(self, val):
        self.avg = val if self.val is None else self.avg * self.momentum + val * (1 - self.momentum)
        self.val = val


def get_batch():
    s = torch.randperm(data_size - batch_time)[:batch_size]
    batch_y0 = true_y[s]
    batch_t = t[:batch_time]
    batch_y = torch.stack([true_y[s + i] for i in range(batch_time)], dim=0)
    return batch_y0, batch_t, batch_y


torch.manual_seed(0)
true_y0 = torch.tensor([[2.0, 0.0]])
t = torch.linspace(0.0, 2.0, data_size)
true_A = torch.tensor([[-0.1, 2.0], [-2.0, -0.1]])
with torch.no_grad():
    true_y = odeint(Lambda(), true_y0, t).squeeze(1)
func = ODEFunc()
optimizer = optim.RMSprop(func.parameters(), lr=1e-3)
loss_meter = RunningAverageMeter(0.97)
for itr in range(1, 9):
    optimizer.zero_grad()
    batch_y0, batch_t, batch_y = get_batch()
    pred_y = odeint(func, batch_y0, batch_t)
    loss = torch.mean(torch.abs(pred_y - batch_y))
    loss.backward()
    optimizer.step()
    loss_meter.update(loss.item())
    if itr % 4 == 0:
        with torch.no_grad():
            loss = torch.mean(torch.abs(odeint(func, true_y0, t).squeeze(1) - true_y))
            print("Iter {:04d} | Total Loss {:.6f}".format(itr, loss.item()))

# fault: crash  the states are stored without their graphs
# - return torch.stack(ys)
# + return torch.stack([y.detach() for y in ys])
# fault: crash  an axis too many in the prediction
# - pred_y = odeint(func, batch_y0, batch_t)
# + pred_y = odeint(func, batch_y0, batch_t).unsqueeze(2)
# @ loss = torch.mean(torch.abs(pred_y - batch_y))
