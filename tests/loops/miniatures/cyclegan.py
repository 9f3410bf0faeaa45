"""eriklindernoren/PyTorch-GAN cyclegan: four networks, chained parameters, cycle and identity losses, a replay buffer."""
import itertools
import random
import torch
import torch.nn as nn


class ResidualBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.block = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3), nn.InstanceNorm2d(c), nn.ReLU(inplace=True))

    def forward(self, x):
        return x + self.block(x)


def generator():
    return nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), ResidualBlock(4), nn.Conv2d(4, 2, 3, padding=1), nn.Tanh())


def discriminator():
    return nn.Sequential(nn.Conv2d(2, 4, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(4, 1, 3, padding=1))


class ReplayBuffer:
    def __init__(self, max_size=6):
        self.max_size, self.data = max_size, []

    def push_and_pop(self, data):
        to_return = []
        for element in data.data:
            element = torch.unsqueeze(element, 0)
            if len(self.data) < self.max_size:
                self.data.append(element)
                to_return.append(element)
            elif random.uniform(0, 1) > 0.5:
                i = random.randint(0, self.max_size - 1)
                to_return.append(self.data[i].clone())
                self.data[i] = element
            else:
                to_return.append(element)
        return torch.cat(to_return)


random.seed(2)
torch.manual_seed(2)
criterion_GAN, criterion_cycle, criterion_identity = nn.MSELoss(), nn.L1Loss(), nn.L1Loss()
G_AB, G_BA, D_A, D_B = generator(), generator(), discriminator(), discriminator()
optimizer_G = torch.optim.Adam(itertools.chain(G_AB.parameters(), G_BA.parameters()), lr=2e-4, betas=(0.5, 0.999))
optimizer_D = torch.optim.Adam(itertools.chain(D_A.parameters(), D_B.parameters()), lr=2e-4, betas=(0.5, 0.999))
lr_scheduler_G = torch.optim.lr_scheduler.LambdaLR(optimizer_G, lr_lambda=lambda epoch: 1.0 - max(0, epoch - 2) / 4)
fake_A_buffer, fake_B_buffer = ReplayBuffer(), ReplayBuffer()
dataloader = torch.utils.data.DataLoader(torch.rand(9, 2, 2, 8, 8) * 2 - 1, batch_size=3, shuffle=True)
for epoch in range(3):
    for i, batch in enumerate(dataloader):
        real_A, real_B = batch[:, 0], batch[:, 1]
        valid, fake = torch.ones(3, 1, 4, 4), torch.zeros(3, 1, 4, 4)
        G_AB.train(), G_BA.train()
        optimizer_G.zero_grad()
        loss_identity = (criterion_identity(G_BA(real_A), real_A) + criterion_identity(G_AB(real_B), real_B)) / 2
        fake_B = G_AB(real_A)
        loss_GAN_AB = criterion_GAN(D_B(fake_B), valid)
        fake_A = G_BA(real_B)
        loss_GAN_BA = criterion_GAN(D_A(fake_A), valid)
        loss_cycle = (criterion_cycle(G_BA(fake_B), real_A) + criterion_cycle(G_AB(fake_A), real_B)) / 2
        loss_G = (loss_GAN_AB + loss_GAN_BA) / 2 + 10 * loss_cycle + 5 * loss_identity
        loss_G.backward()
        optimizer_G.step()
        optimizer_D.zero_grad()
        fake_A_ = fake_A_buffer.push_and_pop(fake_A)
        loss_D_A = (criterion_GAN(D_A(real_A), valid) + criterion_GAN(D_A(fake_A_.detach()), fake)) / 2
        fake_B_ = fake_B_buffer.push_and_pop(fake_B)
        loss_D_B = (criterion_GAN(D_B(real_B), valid) + criterion_GAN(D_B(fake_B_.detach()), fake)) / 2
        loss_D = loss_D_A + loss_D_B
        loss_D.backward()
        optimizer_D.step()
    lr_scheduler_G.step()
    print("[Epoch %d] [D loss: %f] [G loss: %f]" % (epoch, loss_D.item(), loss_G.item()))

# fault: crash  no buffer, no detach
# - fake_A_ = fake_A_buffer.push_and_pop(fake_A)
# + fake_A_ = fake_A
# - loss_D_A = (criterion_GAN(D_A(real_A), valid) + criterion_GAN(D_A(fake_A_.detach()), fake)) / 2
# + loss_D_A = (criterion_GAN(D_A(real_A), valid) + criterion_GAN(D_A(fake_A_), fake)) / 2
# @ fake_A = G_BA(real_B)
# fault: no-gradient  only one generator is given to the optimizer
# - optimizer_G = torch.optim.Adam(itertools.chain(G_AB.parameters(), G_BA.parameters()), lr=2e-4, betas=(0.5, 0.999))
# + optimizer_G = torch.optim.Adam(G_AB.parameters(), lr=2e-4, betas=(0.5, 0.999))
