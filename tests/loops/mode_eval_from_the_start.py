"""A model that was put into evaluation when it was made."""
import torch
from torch import nn

torch.manual_seed(519)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.drop, self.fc = nn.Conv1d(1, 3, 3), nn.Dropout(0.5), nn.Linear(18, 2)

    def forward(self, x):
        return self.fc(self.drop(torch.relu(self.conv(x))).flatten(1))


x, y = torch.randn(16, 1, 8), torch.randint(0, 2, (16,))
model = Net()
model.eval()  # fault: mode
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(8):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
