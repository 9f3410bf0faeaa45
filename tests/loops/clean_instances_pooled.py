"""Many instances, one bag: the softmax over the rows is the pooling.   like: softmax-dim"""
import torch
from torch import nn

torch.manual_seed(131)
bags, labels = [torch.randn(n, 4) for n in (5, 9, 7)], torch.tensor([0, 1, 1])
model = nn.ModuleDict({"attend": nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2)), "head": nn.Linear(8, 2)})
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(4):
    for bag, label in zip(bags, labels):
        A = torch.softmax(model["attend"](bag), dim=0)
        pooled = (A.t() @ bag).reshape(1, -1)
        loss = nn.functional.cross_entropy(model["head"](pooled), label.view(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
