"""Missing targets, left out with a mask before they enter the loss; an attention mask of minus infinity."""
import torch

torch.manual_seed(60)
x = torch.randn(30, 2)
y = x.sum(1, keepdim=True)
y[4] = float("nan")
keep = torch.isfinite(y)
scores = torch.zeros(30, 1).masked_fill(torch.rand(30, 1) < 0.2, float("-inf"))
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(12):
    optimizer.zero_grad()
    attention = torch.softmax(model(x) * 0.1 + scores, 0)
    loss = ((model(x)[keep] - y[keep]) ** 2).mean() + 0 * attention.sum()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
