"""eriklindernoren/PyTorch-GAN pix2pix: a U-Net with skips, a conditional discriminator, pixelwise L1."""
import torch
import torch.nn as nn


class UNetDown(nn.Module):
    def __init__(self, in_size, out_size, normalize=True, dropout=0.0):
        super(UNetDown, self).__init__()
        layers = [nn.Conv2d(in_size, out_size, 4, 2, 1, bias=False)]
        if normalize:
            layers.append(nn.InstanceNorm2d(out_size))
        layers.append(nn.LeakyReLU(0.2))
        if dropout:
            layers.append(nn.Dropout(dropout))
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class UNetUp(nn.Module):
    def __init__(self, in_size, out_size):
        super(UNetUp, self).__init__()
        self.model = nn.Sequential(nn.ConvTranspose2d(in_size, out_size, 4, 2, 1, bias=False),
                                   nn.InstanceNorm2d(out_size), nn.ReLU(inplace=True))

    def forward(self, x, skip_input):
        x = self.model(x)
        x = torch.cat((x, skip_input), 1)
        return x


class GeneratorUNet(nn.Module):
    def __init__(self):
        super(GeneratorUNet, self).__init__()
        self.down1 = UNetDown(2, 4, normalize=False)
        self.down2 = UNetDown(4, 6)
        self.down3 = UNetDown(6, 6, normalize=False, dropout=0.5)
        self.up1 = UNetUp(6, 6)
        self.up2 = UNetUp(12, 4)
        self.final = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(8, 2, 3, padding=1), nn.Tanh())

    def forward(self, x):
        d1 = self.down1(x)
        d2 = self.down2(d1)
        d3 = self.down3(d2)
        u1 = self.up1(d3, d2)
        u2 = self.up2(u1, d1)
        out = self.final(u2)
        return out


class Discriminator(nn.Module):
    def __init__(self):
        super(Discriminator, self).__init__()
        self.model = nn.Sequential(nn.Conv2d(4, 4, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(4, 1, 3, padding=1))

    def forward(self, img_A, img_B):
        return self.model(torch.cat((img_A, img_B), 1))


torch.manual_seed(6)
criterion_GAN, criterion_pixelwise = torch.nn.MSELoss(), torch.nn.L1Loss()
lambda_pixel = 100
generator, discriminator = GeneratorUNet(), Discriminator()
optimizer_G = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
dataloader = torch.utils.data.DataLoader(torch.rand(8, 2, 2, 16, 16) * 2 - 1, batch_size=2, shuffle=True)
for epoch in range(2):
    for i, batch in enumerate(dataloader):
        real_A, real_B = batch[:, 0], batch[:, 1]
        valid, fake = torch.ones(2, 1, 8, 8), torch.zeros(2, 1, 8, 8)
        optimizer_G.zero_grad()
        fake_B = generator(real_A)
        pred_fake = discriminator(fake_B, real_A)
        loss_GAN = criterion_GAN(pred_fake, valid)
        loss_pixel = criterion_pixelwise(fake_B, real_B)
        loss_G = loss_GAN + lambda_pixel * loss_pixel
        loss_G.backward()
        optimizer_G.step()
        optimizer_D.zero_grad()
        pred_real = discriminator(real_B, real_A)
        loss_real = criterion_GAN(pred_real, valid)
        pred_fake = discriminator(fake_B.detach(), real_A)
        loss_fake = criterion_GAN(pred_fake, fake)
        loss_D = 0.5 * (loss_real + loss_fake)
        loss_D.backward()
        optimizer_D.step()
    print("[Epoch %d] [D loss: %f] [G loss: %f, pixel: %f]" % (epoch, loss_D.item(), loss_G.item(), loss_pixel.item()))

# fault: crash  the wrong skip
# - u1 = self.up1(d3, d2)
# + u1 = self.up1(d3, d1)
# @ x = torch.cat((x, skip_input), 1)
# fault: crash  in place, after a tanh that saved its output
# - out = self.final(u2)
# + out = self.final(u2)
# + out += 1
