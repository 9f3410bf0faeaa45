"""Matrix factorisation with embeddings: biases, ratings, sparse Adam beside weight decay by hand, RMSE."""
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class MatrixFactorization(nn.Module):
    def __init__(self, n_users, n_items, n_factors=6):
        super().__init__()
        self.user_factors = nn.Embedding(n_users, n_factors)
        self.item_factors = nn.Embedding(n_items, n_factors)
        self.user_bias = nn.Embedding(n_users, 1)
        self.item_bias = nn.Embedding(n_items, 1)
        self.mean = nn.Parameter(torch.tensor(3.0))
        for table in (self.user_factors, self.item_factors):
            nn.init.normal_(table.weight, std=0.1)
        nn.init.zeros_(self.user_bias.weight)
        nn.init.zeros_(self.item_bias.weight)

    def forward(self, user, item):
        dot = (self.user_factors(user) * self.item_factors(item)).sum(1)
        return dot + self.user_bias(user).squeeze(1) + self.item_bias(item).squeeze(1) + self.mean


torch.manual_seed(20)
users, items = torch.randint(0, 12, (160,)), torch.randint(0, 15, (160,))
ratings = torch.randint(1, 6, (160,)).float()
train = DataLoader(TensorDataset(users[:128], items[:128], ratings[:128]), batch_size=32, shuffle=True)
model = MatrixFactorization(12, 15)
loss_func = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(4):
    total = 0.0
    for user, item, rating in train:
        optimizer.zero_grad()
        prediction = model(user, item)
        loss = loss_func(prediction, rating)
        penalty = 1e-4 * sum(p.pow(2).sum() for p in model.parameters())
        (loss + penalty).backward()
        optimizer.step()
        total += loss.item()
    with torch.no_grad():
        rmse = loss_func(model(users[128:], items[128:]), ratings[128:]).sqrt().item()
    print(epoch, total / len(train), rmse)

# fault: crash  ids counted from 1
# - users, items = torch.randint(0, 12, (160,)), torch.randint(0, 15, (160,))
# + users, items = torch.randint(0, 12, (160,)) + 1, torch.randint(0, 15, (160,)) + 1
# @ dot = (self.user_factors(user) * self.item_factors(item)).sum(1)
# fault: broadcast  the biases keep their column
# - return dot + self.user_bias(user).squeeze(1) + self.item_bias(item).squeeze(1) + self.mean
# + return dot + self.user_bias(user) + self.item_bias(item) + self.mean
# @ loss = loss_func(prediction, rating)
