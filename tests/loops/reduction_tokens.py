"""Sentences of different lengths, the tokens of one at a time."""
import torch
from torch import nn

torch.manual_seed(330)
sentences = [torch.randint(0, 9, (n,)) for n in (4, 8, 5, 12, 7)]
model = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 9))
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.5)
for epoch in range(2):
    for words in sentences:
        loss = nn.functional.cross_entropy(model(words[:-1]), words[1:], reduction="sum")  # fault: reduction
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
