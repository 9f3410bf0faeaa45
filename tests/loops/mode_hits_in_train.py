"""Hits counted batch by batch, a recurrent tagger."""
import torch
from torch import nn

torch.manual_seed(521)
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.rnn = nn.Embedding(9, 6), nn.GRU(6, 6, batch_first=True)
        self.drop, self.out = nn.Dropout(0.4), nn.Linear(6, 3)

    def forward(self, words):
        return self.out(self.drop(self.rnn(self.embed(words))[0]))


words, tags = torch.randint(0, 9, (8, 5)), torch.randint(0, 3, (8, 5))
model = Tagger()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    loss = nn.functional.cross_entropy(model(words).flatten(0, 1), tags.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    hits = 0
    with torch.no_grad():  # fault: mode
        for rows in torch.arange(8).split(4):
            hits += (model(words[rows]).argmax(2) == tags[rows]).sum().item()
    print(hits)
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
