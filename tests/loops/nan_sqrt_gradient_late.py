"""Two equal rows at step 60: the distance is 0 and its derivative is not finite, though no loss was large before."""
import torch

torch.manual_seed(6)
x = torch.randn(200, 4)
model = torch.nn.Linear(4, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
for step in range(80):
    rows, others = torch.randint(0, 100, (16,)), torch.randint(100, 200, (16,))
    if step == 60:
        others[3] = rows[3]
    apart = ((model(x[rows]) - model(x[others])) ** 2).sum(1).sqrt()
    loss = (apart - 1).abs().mean()
    optimizer.zero_grad()
    loss.backward()  # fault: nan
    optimizer.step()
print(loss.item())
