"""Sigmoid gates and a softmax attention inside; what reaches the cost are scores.   like: double-softmax softmax-dim"""
import torch
from torch import nn


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(15, 8)
        self.score, self.gate, self.out = nn.Linear(8, 1), nn.Linear(8, 8), nn.Linear(8, 3)

    def forward(self, words):
        h = self.embed(words).transpose(0, 1)
        weights = torch.softmax(self.score(h), dim=0)
        pooled = (weights * h).sum(0)
        return self.out(pooled * torch.sigmoid(self.gate(pooled)))


torch.manual_seed(113)
words, y = torch.randint(0, 15, (12, 5)), torch.randint(0, 3, (12,))
model = Gated()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(words), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
