"""pytorch/examples super_resolution: four convolutions, pixel_shuffle, orthogonal init, MSELoss, PSNR."""
from math import log10
import torch
import torch.nn as nn
import torch.nn.init as init
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self, upscale_factor):
        super(Net, self).__init__()
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(1, 8, (5, 5), (1, 1), (2, 2))
        self.conv2 = nn.Conv2d(8, 8, (3, 3), (1, 1), (1, 1))
        self.conv3 = nn.Conv2d(8, upscale_factor ** 2, (3, 3), (1, 1), (1, 1))
        self.pixel_shuffle = nn.PixelShuffle(upscale_factor)
        self._initialize_weights()

    def forward(self, x):
        x = self.relu(self.conv1(x))
        x = self.relu(self.conv2(x))
        x = self.pixel_shuffle(self.conv3(x))
        return x

    def _initialize_weights(self):
        init.orthogonal_(self.conv1.weight, init.calculate_gain("relu"))
        init.orthogonal_(self.conv2.weight, init.calculate_gain("relu"))
        init.orthogonal_(self.conv3.weight)


torch.manual_seed(123)
targets = torch.rand(16, 1, 8, 8)
inputs = nn.functional.avg_pool2d(targets, 2)
training_data_loader = DataLoader(TensorDataset(inputs, targets), batch_size=4, shuffle=True)
testing_data_loader = DataLoader(TensorDataset(inputs[:4], targets[:4]), batch_size=2)
model = Net(upscale_factor=2)
criterion = nn.MSELoss()
optimizer = optim.Adam(model.parameters(), lr=0.001)


def train(epoch):
    epoch_loss = 0
    for iteration, batch in enumerate(training_data_loader, 1):
        input, target = batch[0], batch[1]
        optimizer.zero_grad()
        loss = criterion(model(input), target)
        epoch_loss += loss.item()
        loss.backward()
        optimizer.step()
    print("===> Epoch {} Complete: Avg. Loss: {:.4f}".format(epoch, epoch_loss / len(training_data_loader)))


def test():
    avg_psnr = 0
    with torch.no_grad():
        for batch in testing_data_loader:
            prediction = model(batch[0])
            mse = criterion(prediction, batch[1])
            avg_psnr += 10 * log10(1 / mse.item())
    print("===> Avg. PSNR: {:.4f} dB".format(avg_psnr / len(testing_data_loader)))


for epoch in range(1, 4):
    train(epoch)
    test()

# fault: crash  the factor is not that of the data
# - model = Net(upscale_factor=2)
# + model = Net(upscale_factor=3)
# @ loss = criterion(model(input), target)
# fault: no-update  zero_grad after backward
# - optimizer.zero_grad()
# - loss.backward()
# + loss.backward()
# + optimizer.zero_grad()
# @ optimizer.zero_grad()
