"""Skorch's NeuralNetClassifier: probabilities from the module, NLLLoss of their logarithms, fit and predict on arrays."""
import numpy as np
import torch
from torch import nn


class MyModule(nn.Module):
    def __init__(self, num_units=10, nonlin=nn.ReLU()):
        super().__init__()
        self.dense0 = nn.Linear(8, num_units)
        self.nonlin = nonlin
        self.dropout = nn.Dropout(0.5)
        self.dense1 = nn.Linear(num_units, num_units)
        self.output = nn.Linear(num_units, 3)
        self.softmax = nn.Softmax(dim=-1)

    def forward(self, X):
        X = self.nonlin(self.dense0(X))
        X = self.dropout(X)
        X = self.nonlin(self.dense1(X))
        return self.softmax(self.output(X))


class NeuralNetClassifier:
    def __init__(self, module, max_epochs=4, lr=0.05, batch_size=16, iterator_train__shuffle=True):
        self.module, self.max_epochs, self.lr, self.batch_size = module, max_epochs, lr, batch_size
        self.history = []

    def initialize(self):
        self.module_ = self.module()
        self.criterion_ = nn.NLLLoss()
        self.optimizer_ = torch.optim.SGD(self.module_.parameters(), lr=self.lr)
        return self

    def get_loss(self, y_pred, y_true):
        eps = torch.finfo(y_pred.dtype).eps
        return self.criterion_(torch.log(y_pred + eps), y_true)

    def train_step(self, Xi, yi):
        self.module_.train()
        self.optimizer_.zero_grad()
        y_pred = self.module_(torch.as_tensor(Xi))
        loss = self.get_loss(y_pred, torch.as_tensor(yi))
        loss.backward()
        self.optimizer_.step()
        return loss

    def validation_step(self, Xi, yi):
        self.module_.eval()
        with torch.no_grad():
            return self.get_loss(self.module_(torch.as_tensor(Xi)), torch.as_tensor(yi))

    def fit(self, X, y):
        self.initialize()
        X_train, y_train, X_valid, y_valid = X[:-16], y[:-16], X[-16:], y[-16:]
        for epoch in range(self.max_epochs):
            losses = []
            order = np.random.permutation(len(X_train))
            for start in range(0, len(order), self.batch_size):
                rows = order[start:start + self.batch_size]
                losses.append(self.train_step(X_train[rows], y_train[rows]).item())
            self.history.append((np.mean(losses), self.validation_step(X_valid, y_valid).item()))
            print(epoch, *np.round(self.history[-1], 5))
        return self

    def predict_proba(self, X):
        self.module_.eval()
        with torch.no_grad():
            return self.module_(torch.as_tensor(X)).numpy()


np.random.seed(0)
torch.manual_seed(0)
X = np.random.randn(64, 8).astype(np.float32)
y = (X[:, 0] > 0).astype(np.int64) + (X[:, 1] > 0)
net = NeuralNetClassifier(MyModule)
net.fit(X, y)
print((net.predict_proba(X).argmax(1) == y).mean())

# fault: crash  labels as floats
# - y = (X[:, 0] > 0).astype(np.int64) + (X[:, 1] > 0)
# + y = ((X[:, 0] > 0).astype(np.int64) + (X[:, 1] > 0)).astype(np.float32)
# @ return self.criterion_(torch.log(y_pred + eps), y_true)
# fault: missing-log  the logarithm is forgotten
# - return self.criterion_(torch.log(y_pred + eps), y_true)
# + return self.criterion_(y_pred, y_true)
