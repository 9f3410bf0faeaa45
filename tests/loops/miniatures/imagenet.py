"""pytorch/examples imagenet: AverageMeter, accuracy, SGD with momentum, StepLR, validate, best checkpoint in memory."""
import copy
import torch
import torch.nn as nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset


class AverageMeter(object):
    def __init__(self, name):
        self.name = name
        self.val = self.avg = self.sum = self.count = 0

    def update(self, val, n=1):
        self.val = val
        self.sum += val * n
        self.count += n
        self.avg = self.sum / self.count


def accuracy(output, target, topk=(1,)):
    with torch.no_grad():
        _, pred = output.topk(max(topk), 1, True, True)
        correct = pred.t().eq(target.view(1, -1).expand(max(topk), -1))
        return [correct[:k].reshape(-1).float().sum(0, keepdim=True) * 100.0 / target.size(0) for k in topk]


def train(train_loader, model, criterion, optimizer, epoch):
    losses, top1 = AverageMeter("Loss"), AverageMeter("Acc@1")
    model.train()
    for i, (images, target) in enumerate(train_loader):
        output = model(images)
        loss = criterion(output, target)
        acc1, acc3 = accuracy(output, target, topk=(1, 3))
        losses.update(loss.item(), images.size(0))
        top1.update(acc1[0], images.size(0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("Epoch", epoch, "Loss %.4f" % losses.avg, "Acc %.2f" % top1.avg)


def validate(val_loader, model, criterion):
    losses, top1 = AverageMeter("Loss"), AverageMeter("Acc@1")
    model.eval()
    with torch.no_grad():
        for images, target in val_loader:
            output = model(images)
            loss = criterion(output, target)
            losses.update(loss.item(), images.size(0))
            top1.update(accuracy(output, target)[0][0], images.size(0))
    return top1.avg


torch.manual_seed(0)
images, target = torch.randn(48, 3, 6, 6), torch.randint(0, 5, (48,))
train_loader = DataLoader(TensorDataset(images, target), batch_size=8, shuffle=True)
val_loader = DataLoader(TensorDataset(images[:16], target[:16]), batch_size=8)
model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 5))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)
scheduler = StepLR(optimizer, step_size=2, gamma=0.1)
best_acc1, best = 0, None
for epoch in range(4):
    train(train_loader, model, criterion, optimizer, epoch)
    acc1 = validate(val_loader, model, criterion)
    scheduler.step()
    if acc1 > best_acc1:
        best_acc1, best = acc1, copy.deepcopy(model.state_dict())
print("best", float(best_acc1))

# fault: graph-leak  the meter keeps the loss with its graph
# - losses.update(loss.item(), images.size(0))  # 1
# + losses.update(loss, images.size(0))
# @ self.sum += val * n
# fault: schedule  once a batch
# - optimizer.step()
# + optimizer.step()
# + scheduler.step()
# - scheduler.step()
# @ scheduler.step()
