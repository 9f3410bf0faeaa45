"""pytorch/examples siamese_network: one tower for two images, BCELoss, Adadelta, StepLR."""
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, Dataset


class APP_MATCHER(Dataset):
    def __init__(self, n):
        self.data = torch.randn(n, 1, 6, 6)
        self.targets = torch.arange(n) % 4

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        other = (index * 7 + (4 if index % 2 else 1)) % len(self.data)
        same = float(self.targets[index] == self.targets[other])
        return self.data[index], self.data[other], torch.tensor(same)


class SiameseNetwork(nn.Module):
    def __init__(self):
        super(SiameseNetwork, self).__init__()
        self.resnet = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
        self.fc = nn.Sequential(nn.Linear(32, 16), nn.ReLU(inplace=True), nn.Linear(16, 1))
        self.sigmoid = nn.Sigmoid()
        self.fc.apply(self.init_weights)

    def init_weights(self, m):
        if isinstance(m, nn.Linear):
            torch.nn.init.xavier_uniform_(m.weight)
            m.bias.data.fill_(0.01)

    def forward_once(self, x):
        output = self.resnet(x)
        return output.view(output.size()[0], -1)

    def forward(self, input1, input2):
        output = torch.cat((self.forward_once(input1), self.forward_once(input2)), 1)
        return self.sigmoid(self.fc(output))


def train(model, train_loader, optimizer, epoch):
    model.train()
    criterion = nn.BCELoss()
    for batch_idx, (images_1, images_2, targets) in enumerate(train_loader):
        optimizer.zero_grad()
        outputs = model(images_1, images_2).squeeze()
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
    print("Train Epoch: {} Loss: {:.6f}".format(epoch, loss.item()))


def test(model, test_loader):
    model.eval()
    test_loss, correct = 0, 0
    criterion = nn.BCELoss()
    with torch.no_grad():
        for images_1, images_2, targets in test_loader:
            outputs = model(images_1, images_2).squeeze()
            test_loss += criterion(outputs, targets).sum().item()
            pred = torch.where(outputs > 0.5, 1, 0)
            correct += pred.eq(targets.view_as(pred)).sum().item()
    print("Test set: Average loss: {:.4f}, {}".format(test_loss, correct))


torch.manual_seed(1)
train_loader = DataLoader(APP_MATCHER(24), batch_size=8, shuffle=True)
test_loader = DataLoader(APP_MATCHER(8), batch_size=8)
model = SiameseNetwork()
optimizer = optim.Adadelta(model.parameters(), lr=1.0)
scheduler = StepLR(optimizer, step_size=1, gamma=0.7)
for epoch in range(1, 4):
    train(model, train_loader, optimizer, epoch)
    test(model, test_loader)
    scheduler.step()

# fault: crash  (n, 1) against (n,)
# - outputs = model(images_1, images_2).squeeze()  # 1
# + outputs = model(images_1, images_2)
# @ loss = criterion(outputs, targets)
# fault: mode  tested in training mode
# - model.eval()
# @ with torch.no_grad():
