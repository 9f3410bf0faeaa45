"""A vocabulary one word too small."""
import torch
from torch import nn


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(10, 4)
        self.out = nn.Linear(4, 2)

    def forward(self, tokens):
        return self.out(self.words(tokens).mean(1))  # fault: crash


torch.manual_seed(232)
tokens, labels = torch.arange(48).remainder(11).reshape(12, 4), torch.randint(0, 2, (12,))
model = Bag()
optimizer = torch.optim.Adam(model.parameters())
for epoch in range(3):
    loss = nn.functional.cross_entropy(model(tokens), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
