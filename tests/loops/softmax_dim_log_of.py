"""log(softmax) by hand, and NLLLoss."""
import torch
from torch import nn

torch.manual_seed(121)
x, y = torch.randn(30, 3), torch.randint(0, 3, (30,))
model = nn.Linear(3, 3)
criterion = nn.NLLLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
softmax = nn.LogSoftmax(dim=0)
for step in range(6):
    log_probability = softmax(model(x))  # fault: softmax-dim
    loss = criterion(log_probability, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
