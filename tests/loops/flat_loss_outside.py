"""The loss is computed once, before the loop; retain_graph silences the error."""
import torch

torch.manual_seed(172)
x, y = torch.randn(32, 3), torch.randn(32, 1)
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
prediction = model(x)
loss = ((prediction - y) ** 2).mean()  # fault: flat
for epoch in range(12):
    optimizer.zero_grad()
    loss.backward(retain_graph=True)
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
