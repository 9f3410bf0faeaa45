"""Slots compete for every input: a softmax over the slots, which are the rows.   like: softmax-dim"""
import torch
from torch import nn

torch.manual_seed(134)
inputs = torch.randn(10, 4)
model = nn.ModuleDict({"q": nn.Linear(4, 4), "k": nn.Linear(4, 4), "decode": nn.Linear(4, 4)})
start = torch.randn(3, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(6):
    scores = model["q"](start) @ model["k"](inputs).t() / 2
    attention = torch.softmax(scores, dim=0)
    attention = attention / attention.sum(1, keepdim=True)
    rebuilt = model["decode"](attention.t() @ (attention @ inputs))
    loss = nn.functional.mse_loss(rebuilt, inputs)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
