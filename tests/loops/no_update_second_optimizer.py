"""After 80 steps another optimizer takes over, whose rate came out as 0."""
import torch

torch.manual_seed(8)
x = torch.randn(128, 4)
y = x.sum(1, keepdim=True)
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(110):
    if step == 80:
        optimizer = torch.optim.SGD(model.parameters(), lr=1 // 100, momentum=0.9)  # fault: no-update
    rows = torch.randint(0, 128, (16,))
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x[rows]), y[rows])
    loss.backward()
    optimizer.step()
print(loss.item())
