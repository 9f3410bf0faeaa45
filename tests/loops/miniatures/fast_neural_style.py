"""pytorch/examples fast_neural_style: a transformer network, features of a frozen network, Gram matrices."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim import Adam


class ConvLayer(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__()
        self.reflection_pad = nn.ReflectionPad2d(kernel_size // 2)
        self.conv2d = nn.Conv2d(in_channels, out_channels, kernel_size)

    def forward(self, x):
        return self.conv2d(self.reflection_pad(x))


class TransformerNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.in1 = ConvLayer(3, 6, 3), nn.InstanceNorm2d(6, affine=True)
        self.conv2, self.in2 = ConvLayer(6, 6, 3), nn.InstanceNorm2d(6, affine=True)
        self.deconv = ConvLayer(6, 3, 3)
        self.relu = nn.ReLU()

    def forward(self, X):
        y = self.relu(self.in1(self.conv1(X)))
        y = y + self.relu(self.in2(self.conv2(y)))
        return self.deconv(y)


class Vgg(nn.Module):
    def __init__(self, requires_grad=False):
        super().__init__()
        self.slice1 = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU())
        self.slice2 = nn.Sequential(nn.Conv2d(6, 6, 3, padding=1), nn.ReLU())
        if not requires_grad:
            for param in self.parameters():
                param.requires_grad = False

    def forward(self, X):
        h1 = self.slice1(X)
        return h1, self.slice2(h1)


def gram_matrix(y):
    (b, ch, h, w) = y.size()
    features = y.view(b, ch, w * h)
    return features.bmm(features.transpose(1, 2)) / (ch * h * w)


torch.manual_seed(42)
train_loader = torch.utils.data.DataLoader(torch.rand(14, 3, 8, 8), batch_size=4, shuffle=True)
style = torch.rand(3, 8, 8).repeat(4, 1, 1, 1)
transformer, vgg = TransformerNet(), Vgg(requires_grad=False)
optimizer = Adam(transformer.parameters(), 1e-3)
mse_loss = torch.nn.MSELoss()
gram_style = [gram_matrix(y) for y in vgg(style)]
for e in range(3):
    transformer.train()
    agg_content_loss = agg_style_loss = 0.0
    for batch_id, x in enumerate(train_loader):
        n_batch = len(x)
        optimizer.zero_grad()
        y = transformer(x)
        features_y = vgg(y)
        features_x = vgg(x)
        content_loss = 1e2 * mse_loss(features_y[1], features_x[1])
        style_loss = 0.0
        for ft_y, gm_s in zip(features_y, gram_style):
            gm_y = gram_matrix(ft_y)
            style_loss += mse_loss(gm_y, gm_s[:n_batch, :, :])
        style_loss *= 1e4
        total_loss = content_loss + style_loss
        total_loss.backward()
        optimizer.step()
        agg_content_loss += content_loss.item()
        agg_style_loss += style_loss.item()
    print("Epoch", e + 1, agg_content_loss / (batch_id + 1), agg_style_loss / (batch_id + 1))

# fault: crash  the last batch is smaller
# - style_loss += mse_loss(gm_y, gm_s[:n_batch, :, :])
# + style_loss += mse_loss(gm_y, gm_s)
# fault: crash  the features of what is to learn under no_grad too
# - features_y = vgg(y)
# - features_x = vgg(x)
# + with torch.no_grad():
# +     features_y, features_x = vgg(y), vgg(x)
# @ h1 = self.slice1(X)
