"""Lightning's loop: training_step returns a loss, closures, validation under no_grad, self.log, a schedule by epochs."""
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split


class LitAutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(10, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3))
        self.decoder = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 10))
        self.logged = {}
        self.outputs = []

    def log(self, name, value):
        self.logged[name] = value.detach()

    def training_step(self, batch, batch_idx):
        x, _ = batch
        z = self.encoder(x)
        x_hat = self.decoder(z)
        loss = F.mse_loss(x_hat, x)
        self.log("train_loss", loss)
        self.outputs.append(loss.detach())
        return loss

    def validation_step(self, batch, batch_idx):
        x, _ = batch
        self.log("val_loss", F.mse_loss(self.decoder(self.encoder(x)), x))

    def on_train_end(self):
        print("mean", torch.stack(self.outputs).mean().item())

    def configure_optimizers(self):
        optimizer = torch.optim.Adam(self.parameters(), lr=1e-3)
        return [optimizer], [torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=3)]


class Trainer:
    def __init__(self, max_epochs, gradient_clip_val=None):
        self.max_epochs, self.gradient_clip_val = max_epochs, gradient_clip_val

    def fit(self, model, train_loader, val_loader):
        (optimizer,), (scheduler,) = model.configure_optimizers()
        for epoch in range(self.max_epochs):
            model.train()
            for batch_idx, batch in enumerate(train_loader):
                def closure():
                    loss = model.training_step(batch, batch_idx)
                    optimizer.zero_grad()
                    loss.backward()
                    if self.gradient_clip_val:
                        torch.nn.utils.clip_grad_norm_(model.parameters(), self.gradient_clip_val)
                    return loss

                optimizer.step(closure)
            scheduler.step()
            self.validate(model, val_loader)
            print(epoch, {name: round(value.item(), 5) for name, value in model.logged.items()})
        model.on_train_end()

    def validate(self, model, val_loader):
        model.eval()
        with torch.no_grad():
            for batch_idx, batch in enumerate(val_loader):
                model.validation_step(batch, batch_idx)


torch.manual_seed(10)
dataset = TensorDataset(torch.randn(40, 10), torch.zeros(40))
train, val = random_split(dataset, [32, 8])
autoencoder = LitAutoEncoder()
trainer = Trainer(max_epochs=3, gradient_clip_val=0.5)
trainer.fit(autoencoder, DataLoader(train, batch_size=8, shuffle=True), DataLoader(val, batch_size=8))

# fault: graph-leak  the outputs of an epoch with their graphs
# - self.outputs.append(loss.detach())
# + self.outputs.append(loss)
# fault: crash  a detached loss is returned
# - return loss  # 1
# + return loss.detach()
# @ return loss.detach()
