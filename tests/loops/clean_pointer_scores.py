"""A pointer network: attention over positions is chosen from by its own scores.   like: double-softmax"""
import torch
from torch import nn

torch.manual_seed(115)
points, answer = torch.randn(16, 6, 2), torch.randint(0, 6, (16,))
model = nn.ModuleDict({"encoder": nn.GRU(2, 8, batch_first=True), "query": nn.Linear(8, 8)})
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(5):
    memory, last = model["encoder"](points)
    scores = torch.bmm(memory, model["query"](last[0]).unsqueeze(2)).squeeze(2)
    glimpse = torch.bmm(torch.softmax(scores, 1).unsqueeze(1), memory).squeeze(1)
    scores = torch.bmm(memory, (model["query"](last[0]) + glimpse).unsqueeze(2)).squeeze(2)
    loss = nn.functional.cross_entropy(scores, answer)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
