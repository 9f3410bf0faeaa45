"""An inner loop over micro-batches."""
import torch
from torch import nn

torch.manual_seed(232)
text = torch.randint(0, 10, (40, 6))
model = nn.Sequential(nn.Embedding(10, 6), nn.Flatten(), nn.Linear(30, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
grad_accum = 5
for step in range(5):
    optimizer.zero_grad()
    for micro in range(grad_accum):
        rows = torch.randint(0, 40, (8,))
        logits = model(text[rows, :5])
        loss = nn.functional.cross_entropy(logits, text[rows, 5])
        loss.backward()  # fault: accumulation
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
