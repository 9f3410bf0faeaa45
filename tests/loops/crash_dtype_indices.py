"""Token numbers read as floats."""
import torch
from torch import nn

torch.manual_seed(228)
tokens, labels = torch.randint(0, 9, (16, 5)).float(), torch.randint(0, 2, (16,))
embedding, head = nn.Embedding(9, 4), nn.Linear(4, 2)
optimizer = torch.optim.SGD([*embedding.parameters(), *head.parameters()], lr=0.01)
for epoch in range(3):
    vectors = embedding(tokens)  # fault: crash
    loss = nn.functional.cross_entropy(head(vectors.mean(1)), labels)
    loss.backward()
    optimizer.step()
