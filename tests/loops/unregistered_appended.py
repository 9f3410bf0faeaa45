"""Blocks of a transformer appended to a list, inside a module inside the model."""
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.blocks = []  # fault: unregistered
        for _ in range(depth):
            self.blocks.append(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.encoder, self.out = nn.Embedding(9, 8), Encoder(2), nn.Linear(8, 9)

    def forward(self, tokens):
        return self.out(self.encoder(self.embed(tokens)))


torch.manual_seed(253)
tokens = torch.randint(0, 9, (4, 6))
model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(5):
    loss = nn.functional.cross_entropy(model(tokens)[:, :-1].reshape(-1, 9), tokens[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
