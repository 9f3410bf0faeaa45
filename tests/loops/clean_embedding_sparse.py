"""Sparse gradients of an embedding, with SGD."""
import torch
from torch import nn

torch.manual_seed(49)
table = nn.Embedding(20, 4, sparse=True)
head = nn.Linear(4, 1)
optimizer = torch.optim.SGD([*table.parameters(), *head.parameters()], lr=0.1)
for step in range(15):
    word = torch.randint(0, 20, (8,))
    loss = nn.functional.mse_loss(head(table(word)), (word.float() / 20).unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(table.weight.detach().numpy().tobytes().hex(), head.weight.detach().numpy().tobytes().hex())
