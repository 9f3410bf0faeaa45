"""Lists of tensors inside a step: outputs of layers, losses of scales.   like: graph-leak"""
import torch
from torch import nn


class Pyramid(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList(nn.Conv1d(1, 1, 2, stride=2) for _ in range(3))

    def forward(self, x):
        levels = [x]
        for layer in self.down:
            levels.append(torch.tanh(layer(levels[-1])))
        return levels


torch.manual_seed(285)
model = Pyramid()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(8):
    levels = model(torch.randn(4, 1, 16))
    loss = torch.zeros(())
    for level in levels[1:]:
        loss = loss + level.square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
