"""eriklindernoren/PyTorch-GAN wgan_gp: a gradient penalty by autograd.grad with create_graph, n_critic."""
import numpy as np
import torch
import torch.nn as nn
import torch.autograd as autograd

n_critic, lambda_gp, latent_dim, img_shape = 2, 10, 5, (1, 4, 4)


class Generator(nn.Module):
    def __init__(self):
        super(Generator, self).__init__()

        def block(in_feat, out_feat, normalize=True):
            layers = [nn.Linear(in_feat, out_feat)]
            if normalize:
                layers.append(nn.BatchNorm1d(out_feat, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers

        self.model = nn.Sequential(*block(latent_dim, 8, normalize=False), *block(8, 16), nn.Linear(16, 16), nn.Tanh())

    def forward(self, z):
        img = self.model(z)
        return img.view(img.shape[0], *img_shape)


class Discriminator(nn.Module):
    def __init__(self):
        super(Discriminator, self).__init__()
        self.model = nn.Sequential(nn.Linear(int(np.prod(img_shape)), 12), nn.LeakyReLU(0.2, inplace=True), nn.Linear(12, 1))

    def forward(self, img):
        return self.model(img.view(img.shape[0], -1))


def compute_gradient_penalty(D, real_samples, fake_samples):
    alpha = torch.rand((real_samples.size(0), 1, 1, 1))
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = D(interpolates)
    fake = torch.ones(real_samples.shape[0], 1)
    gradients = autograd.grad(outputs=d_interpolates, inputs=interpolates, grad_outputs=fake,
                              create_graph=True, retain_graph=True, only_inputs=True)[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


torch.manual_seed(5)
generator, discriminator = Generator(), Discriminator()
dataloader = torch.utils.data.DataLoader(torch.rand(24, 1, 4, 4) * 2 - 1, batch_size=6, shuffle=True)
optimizer_G = torch.optim.Adam(generator.parameters(), lr=0.0002, betas=(0.5, 0.999))
optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=0.0002, betas=(0.5, 0.999))
for epoch in range(3):
    for i, real_imgs in enumerate(dataloader):
        optimizer_D.zero_grad()
        z = torch.randn(real_imgs.shape[0], latent_dim)
        fake_imgs = generator(z)
        real_validity = discriminator(real_imgs)
        fake_validity = discriminator(fake_imgs)
        gradient_penalty = compute_gradient_penalty(discriminator, real_imgs.data, fake_imgs.data)
        d_loss = -torch.mean(real_validity) + torch.mean(fake_validity) + lambda_gp * gradient_penalty
        d_loss.backward()
        optimizer_D.step()
        optimizer_G.zero_grad()
        if i % n_critic == 0:
            fake_imgs = generator(z)
            fake_validity = discriminator(fake_imgs)
            g_loss = -torch.mean(fake_validity)
            g_loss.backward()
            optimizer_G.step()
            print("[Epoch %d] [D loss: %f] [G loss: %f]" % (epoch, d_loss.item(), g_loss.item()))

# fault: no-gradient  the penalty is a number: no create_graph
# - create_graph=True, retain_graph=True, only_inputs=True)[0]
# + retain_graph=True, only_inputs=True)[0]
# @ gradients = autograd.grad(outputs=d_interpolates, inputs=interpolates, grad_outputs=fake,
# fault: crash  alpha without its axes
# - alpha = torch.rand((real_samples.size(0), 1, 1, 1))
# + alpha = torch.rand(real_samples.size(0))
# @ interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
