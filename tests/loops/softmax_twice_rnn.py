"""A recurrent tagger: a softmax at every time step, and a cost over all of them flattened."""
import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 6)
        self.rnn = nn.GRU(6, 8, batch_first=True)
        self.head = nn.Linear(8, 4)

    def forward(self, words):
        hidden, _ = self.rnn(self.embed(words))
        return torch.softmax(self.head(hidden), dim=2)


torch.manual_seed(104)
words, tags = torch.randint(0, 20, (6, 7)), torch.randint(0, 4, (6, 7))
model = Tagger()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for step in range(5):
    scores = model(words)
    loss = nn.functional.cross_entropy(  # fault: double-softmax
        scores.view(-1, 4), tags.view(-1)
    )
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
