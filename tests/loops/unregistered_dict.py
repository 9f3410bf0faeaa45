"""A head for each task in a plain dict."""
import torch
from torch import nn


class MultiTask(nn.Module):
    def __init__(self, tasks):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(5, 12), nn.ReLU())
        self.heads = {name: nn.Linear(12, size) for name, size in tasks.items()}  # fault: unregistered

    def forward(self, x):
        h = self.trunk(x)
        return {name: head(h) for name, head in self.heads.items()}


torch.manual_seed(251)
x, age, kind = torch.randn(24, 5), torch.randn(24, 1), torch.randint(0, 3, (24,))
model = MultiTask({"age": 1, "kind": 3})
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(6):
    out = model(x)
    loss = nn.functional.mse_loss(out["age"], age) + nn.functional.cross_entropy(out["kind"], kind)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
