"""One vector of weights: its only axis is 0.   like: softmax-dim"""
import torch
from torch import nn

torch.manual_seed(132)
x = torch.randn(40, 3)
y = x @ torch.tensor([[0.2], [0.5], [0.3]])
w = nn.Parameter(torch.zeros(3))
optimizer = torch.optim.SGD([w], lr=0.5)
for step in range(10):
    mix = torch.softmax(w, dim=0)
    loss = ((x @ mix.unsqueeze(1) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(w.detach().numpy().tobytes().hex())
