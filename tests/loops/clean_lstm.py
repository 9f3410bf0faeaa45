"""An LSTM that predicts the next value of a sine."""
import torch
from torch import nn

torch.manual_seed(34)
t = torch.linspace(0, 12, 65)
series = torch.sin(t)
x = torch.stack([series[i : i + 16] for i in range(48)]).unsqueeze(2)
y = series[16:64].unsqueeze(1)
lstm, head = nn.LSTM(1, 8, batch_first=True), nn.Linear(8, 1)
optimizer = torch.optim.SGD([*lstm.parameters(), *head.parameters()], lr=0.1, momentum=0.9)
for epoch in range(12):
    optimizer.zero_grad()
    states, _ = lstm(x)
    loss = nn.functional.mse_loss(head(states[:, -1]), y)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in [*lstm.parameters(), *head.parameters()]])
