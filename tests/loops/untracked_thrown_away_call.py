"""sub instead of sub_."""
import torch

torch.manual_seed(170)
x = torch.randn(20, 2)
y = x.sum(1, keepdim=True)
model = torch.nn.Linear(2, 1)
for epoch in range(8):
    model.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p.sub(p.grad, alpha=0.1)  # fault: untracked-update
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
