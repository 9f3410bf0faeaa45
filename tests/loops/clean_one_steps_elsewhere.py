"""The second optimizer is handed on to what steps it when its turn comes. (like: no-update)"""
import torch

torch.manual_seed(8)
x, y = torch.randn(64, 6), torch.randn(64, 1)
body, head = torch.nn.Linear(6, 4), torch.nn.Linear(4, 1)
first = torch.optim.Adam(body.parameters(), lr=0.01)
second = torch.optim.Adam(head.parameters(), lr=0.01)
for step in range(15):
    first.zero_grad()
    second.zero_grad()
    loss = torch.nn.functional.mse_loss(head(torch.tanh(body(x))), y)
    loss.backward()
    first.step()
    later = [second]
print(loss.item(), [p.detach().numpy().tobytes().hex() for p in [*body.parameters(), *head.parameters()]])
