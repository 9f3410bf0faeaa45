"""like: missing-log. CTC of logarithms."""
import torch
from torch import nn

torch.manual_seed(816)
x = torch.randn(4, 10, 5)
labels = torch.randint(1, 4, (4, 3))
lengths, label_lengths = torch.full((4,), 10), torch.full((4,), 3)
model = nn.Linear(5, 4)
ctc = nn.CTCLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    loss = ctc(model(x).log_softmax(2).transpose(0, 1), labels, lengths, label_lengths)
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
