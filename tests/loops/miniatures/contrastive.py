"""SimCLR: two views, a projection head, cosine similarities at a temperature, cross entropy over pairs."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class ContrastiveDataset(torch.utils.data.Dataset):
    def __init__(self, n):
        self.base = torch.randn(n, 10)

    def __len__(self):
        return len(self.base)

    def __getitem__(self, i):
        return [self.base[i] + 0.1 * torch.randn(10) for _ in range(2)], 0


class SimCLRNet(nn.Module):
    def __init__(self, out_dim=6):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(10, 16), nn.BatchNorm1d(16), nn.ReLU())
        self.projection = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, out_dim))

    def forward(self, x):
        return self.projection(self.backbone(x))


class SimCLR(object):
    def __init__(self, model, optimizer, scheduler, batch_size=8, temperature=0.07):
        self.model, self.optimizer, self.scheduler = model, optimizer, scheduler
        self.batch_size, self.temperature = batch_size, temperature
        self.criterion = torch.nn.CrossEntropyLoss()

    def info_nce_loss(self, features):
        labels = torch.cat([torch.arange(self.batch_size) for i in range(2)], dim=0)
        labels = (labels.unsqueeze(0) == labels.unsqueeze(1)).float()
        features = F.normalize(features, dim=1)
        similarity_matrix = torch.matmul(features, features.T)
        mask = torch.eye(labels.shape[0], dtype=torch.bool)
        labels = labels[~mask].view(labels.shape[0], -1)
        similarity_matrix = similarity_matrix[~mask].view(similarity_matrix.shape[0], -1)
        positives = similarity_matrix[labels.bool()].view(labels.shape[0], -1)
        negatives = similarity_matrix[~labels.bool()].view(similarity_matrix.shape[0], -1)
        logits = torch.cat([positives, negatives], dim=1)
        labels = torch.zeros(logits.shape[0], dtype=torch.long)
        return logits / self.temperature, labels

    def train(self, train_loader):
        for epoch_counter in range(4):
            for images, _ in train_loader:
                images = torch.cat(images, dim=0)
                features = self.model(images)
                logits, labels = self.info_nce_loss(features)
                loss = self.criterion(logits, labels)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            if epoch_counter >= 1:
                self.scheduler.step()
            print(epoch_counter, loss.item(), (logits.argmax(1) == labels).float().mean().item())


torch.manual_seed(18)
train_loader = torch.utils.data.DataLoader(ContrastiveDataset(32), batch_size=8, shuffle=True, drop_last=True)
model = SimCLRNet()
optimizer = torch.optim.Adam(model.parameters(), 3e-4, weight_decay=1e-4)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4, eta_min=0)
SimCLR(model, optimizer, scheduler).train(train_loader)

# fault: crash  labels that are no whole numbers
# - labels = torch.zeros(logits.shape[0], dtype=torch.long)
# + labels = torch.zeros(logits.shape[0])
# @ loss = self.criterion(logits, labels)
# fault: double-softmax  the similarities as probabilities
# - return logits / self.temperature, labels
# + return F.softmax(logits / self.temperature, dim=1), labels
# @ loss = self.criterion(logits, labels)
