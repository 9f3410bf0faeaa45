"""A small transformer with sinusoidal and learned positions and a causal mask."""
import math

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, words=12, width=16, length=8):
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.rate = nn.Parameter(torch.exp(-torch.arange(width // 2) * math.log(100.0) / (width // 2)))
        layer = nn.TransformerEncoderLayer(width, 2, 32, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)
        self.head = nn.Linear(width, words)
        position = torch.arange(length, dtype=torch.float32)
        self.register_buffer("position", position)

    def forward(self, tokens):
        angle = self.position[:, None] * self.rate
        positions = torch.cat([angle.sin(), angle.cos()], -1)
        mask = torch.full((8, 8), float("-inf")).triu(1)
        return self.head(self.encoder(self.embed(tokens) + positions, mask=mask))


torch.manual_seed(33)
tokens = torch.randint(0, 12, (6, 8))
model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(12):
    optimizer.zero_grad()
    logits = model(tokens)
    loss = nn.functional.cross_entropy(logits[:, :-1].reshape(-1, 12), tokens[:, 1:].reshape(-1))
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
