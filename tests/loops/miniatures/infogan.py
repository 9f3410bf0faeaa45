"""eriklindernoren/PyTorch-GAN infogan: three optimizers, adversarial, categorical and continuous losses."""
import itertools
import numpy as np
import torch
import torch.nn as nn

latent_dim, n_classes, code_dim = 6, 3, 2


class Generator(nn.Module):
    def __init__(self):
        super(Generator, self).__init__()
        self.l1 = nn.Sequential(nn.Linear(latent_dim + n_classes + code_dim, 16))
        self.conv_blocks = nn.Sequential(nn.BatchNorm1d(16), nn.LeakyReLU(0.2, inplace=True), nn.Linear(16, 16), nn.Tanh())

    def forward(self, noise, labels, code):
        gen_input = torch.cat((noise, labels, code), -1)
        return self.conv_blocks(self.l1(gen_input))


class Discriminator(nn.Module):
    def __init__(self):
        super(Discriminator, self).__init__()
        self.conv_blocks = nn.Sequential(nn.Linear(16, 12), nn.LeakyReLU(0.2, inplace=True), nn.Dropout(0.25))
        self.adv_layer = nn.Sequential(nn.Linear(12, 1))
        self.aux_layer = nn.Sequential(nn.Linear(12, n_classes))
        self.latent_layer = nn.Sequential(nn.Linear(12, code_dim))

    def forward(self, img):
        out = self.conv_blocks(img)
        return self.adv_layer(out), self.aux_layer(out), self.latent_layer(out)


def to_categorical(y, num_columns):
    y_cat = np.zeros((y.shape[0], num_columns))
    y_cat[range(y.shape[0]), y] = 1.0
    return torch.FloatTensor(y_cat)


np.random.seed(4)
torch.manual_seed(4)
adversarial_loss, categorical_loss, continuous_loss = nn.MSELoss(), nn.CrossEntropyLoss(), nn.MSELoss()
generator, discriminator = Generator(), Discriminator()
optimizer_G = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
optimizer_info = torch.optim.Adam(itertools.chain(generator.parameters(), discriminator.parameters()), lr=2e-4)
dataset = torch.utils.data.TensorDataset(torch.rand(24, 16) * 2 - 1, torch.randint(0, n_classes, (24,)))
dataloader = torch.utils.data.DataLoader(dataset, batch_size=8, shuffle=True)
for epoch in range(3):
    for i, (imgs, labels) in enumerate(dataloader):
        batch_size = imgs.shape[0]
        valid, fake = torch.ones(batch_size, 1), torch.zeros(batch_size, 1)
        labels = to_categorical(labels.numpy(), num_columns=n_classes)

        optimizer_G.zero_grad()
        z = torch.FloatTensor(np.random.normal(0, 1, (batch_size, latent_dim)))
        label_input = to_categorical(np.random.randint(0, n_classes, batch_size), num_columns=n_classes)
        code_input = torch.FloatTensor(np.random.uniform(-1, 1, (batch_size, code_dim)))
        gen_imgs = generator(z, label_input, code_input)
        validity, _, _ = discriminator(gen_imgs)
        g_loss = adversarial_loss(validity, valid)
        g_loss.backward()
        optimizer_G.step()

        optimizer_D.zero_grad()
        real_pred, _, _ = discriminator(imgs)
        fake_pred, _, _ = discriminator(gen_imgs.detach())
        d_loss = (adversarial_loss(real_pred, valid) + adversarial_loss(fake_pred, fake)) / 2
        d_loss.backward()
        optimizer_D.step()

        optimizer_info.zero_grad()
        sampled_labels = np.random.randint(0, n_classes, batch_size)
        gt_labels = torch.LongTensor(sampled_labels)
        label_input = to_categorical(sampled_labels, num_columns=n_classes)
        gen_imgs = generator(z, label_input, code_input)
        _, pred_label, pred_code = discriminator(gen_imgs)
        info_loss = categorical_loss(pred_label, gt_labels) + 0.1 * continuous_loss(pred_code, code_input)
        info_loss.backward()
        optimizer_info.step()
    print("[Epoch %d] [D loss: %f] [G loss: %f] [info loss: %f]" % (epoch, d_loss.item(), g_loss.item(), info_loss.item()))

# fault: double-softmax  a softmax in the layer of the classes
# - self.aux_layer = nn.Sequential(nn.Linear(12, n_classes))
# + self.aux_layer = nn.Sequential(nn.Linear(12, n_classes), nn.Softmax(dim=1))
# @ info_loss = categorical_loss(pred_label, gt_labels) + 0.1 * continuous_loss(pred_code, code_input)
# fault: stale-gradients  the third optimizer empties nothing
# - optimizer_info.zero_grad()
# @ info_loss.backward()
