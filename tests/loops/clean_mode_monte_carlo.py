"""like: mode. Monte Carlo dropout: it is to go on in evaluation."""
import torch
from torch import nn

torch.manual_seed(823)
x, y = torch.randn(24, 4), torch.randint(0, 3, (24,))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 8), nn.Linear(8, 3)

    def forward(self, x):
        x = torch.relu(self.body(x))
        x = nn.functional.dropout(x, 0.3)
        return self.head(x)


model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    model.train()
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        print((torch.stack([model(x).softmax(1) for _ in range(5)]).mean(0).argmax(1) == y).float().mean().item())
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
