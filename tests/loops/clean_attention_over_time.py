"""Time is the first axis: attention weights sum to 1 over it.   like: softmax-dim"""
import torch
from torch import nn

torch.manual_seed(130)
series, y = torch.randn(7, 10, 3), torch.randn(10, 1)
model = nn.ModuleDict({"rnn": nn.GRU(3, 8), "score": nn.Linear(8, 1), "head": nn.Linear(8, 1)})
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(6):
    hidden, _ = model["rnn"](series)
    weights = torch.softmax(model["score"](hidden).squeeze(2), dim=0)
    context = (weights.unsqueeze(2) * hidden).sum(0)
    loss = nn.functional.mse_loss(model["head"](context), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
