"""A missing target that is met at step 40 only, when every operation is no longer watched."""
import torch

torch.manual_seed(57)
x = torch.randn(100, 2)
y = x.sum(1, keepdim=True)
y[81] = float("nan")
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for i in range(50):
    xb, yb = x[2 * i : 2 * i + 2], y[2 * i : 2 * i + 2]
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(xb), yb)
    loss.backward()  # fault: nan
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
