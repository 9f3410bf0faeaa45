"""pytorch/examples ddp-tutorial, one process: a Trainer around model.module, snapshots, a sampler set by epoch."""
import copy
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset, DistributedSampler


class MyTrainDataset(Dataset):
    def __init__(self, size):
        self.data = [(torch.rand(20), torch.rand(1)) for _ in range(size)]

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index]


class Wrapped(torch.nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, *inputs):
        return self.module(*inputs)


class Trainer:
    def __init__(self, model, train_data, optimizer, scheduler, save_every):
        self.model = Wrapped(model)
        self.train_data, self.optimizer, self.scheduler = train_data, optimizer, scheduler
        self.save_every = save_every
        self.snapshot = None

    def _run_batch(self, source, targets):
        self.optimizer.zero_grad()
        output = self.model(source)
        loss = F.mse_loss(output, targets)
        loss.backward()
        self.optimizer.step()
        self.scheduler.step()
        return loss.item()

    def _run_epoch(self, epoch):
        self.train_data.sampler.set_epoch(epoch)
        losses = [self._run_batch(source, targets) for source, targets in self.train_data]
        print(f"Epoch {epoch} | Steps: {len(self.train_data)} | Loss {sum(losses) / len(losses)}")

    def _save_snapshot(self, epoch):
        self.snapshot = {"MODEL_STATE": copy.deepcopy(self.model.module.state_dict()), "EPOCHS_RUN": epoch}

    def train(self, max_epochs):
        for epoch in range(max_epochs):
            self._run_epoch(epoch)
            if epoch % self.save_every == 0:
                self._save_snapshot(epoch)


def load_train_objs():
    train_set = MyTrainDataset(36)
    model = torch.nn.Linear(20, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=10)
    return train_set, model, optimizer, scheduler


torch.manual_seed(11)
dataset, model, optimizer, scheduler = load_train_objs()
sampler = DistributedSampler(dataset, num_replicas=1, rank=0)
train_data = DataLoader(dataset, batch_size=8, shuffle=False, sampler=sampler)
trainer = Trainer(model, train_data, optimizer, scheduler, save_every=2)
trainer.train(4)

# fault: schedule  the scheduler first
# - self.optimizer.step()
# - self.scheduler.step()
# + self.scheduler.step()
# + self.optimizer.step()
# @ self.scheduler.step()
# fault: no-update  the optimizer holds another copy of the model
# - self.model = Wrapped(model)
# + self.model = Wrapped(copy.deepcopy(model))
# @ optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
