"""The rate is set to a thousand by a slip in a schedule written by hand, at step 60."""
import torch

torch.manual_seed(3)
x = torch.randn(128, 4)
y = x.sum(1, keepdim=True)
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(120):
    for group in optimizer.param_groups:
        group["lr"] = 0.01 if step < 60 else 1000.0  # fault: learning-rate
    rows = torch.randint(0, 128, (16,))
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x[rows]), y[rows])
    loss.backward()
    optimizer.step()
print(loss.item())
