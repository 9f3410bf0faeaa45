"""Linear regression on x ~ 10 N(0, 1) at lr 0.05: it overflows."""
import torch

torch.manual_seed(52)
x = 10 * torch.randn(100, 1)
y = 2 * x + 3
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)  # fault: learning-rate
for epoch in range(30):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()  # fault: overflow
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
