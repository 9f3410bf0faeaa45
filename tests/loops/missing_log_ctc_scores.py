"""CTC of scores."""
import torch
from torch import nn

torch.manual_seed(805)
x = torch.randn(4, 10, 5)
labels = torch.randint(1, 4, (4, 3))
lengths, label_lengths = torch.full((4,), 10), torch.full((4,), 3)
model = nn.Linear(5, 4)
ctc = nn.CTCLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = ctc(model(x).transpose(0, 1), labels, lengths, label_lengths)  # fault: missing-log
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
