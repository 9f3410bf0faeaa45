"""A discriminator with a sigmoid, judged by BCEWithLogitsLoss on both sides."""
import torch
from torch import nn

torch.manual_seed(105)
real = torch.randn(32, 2) + 2
generator = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))
model = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1), nn.Sigmoid())
adversarial = nn.BCEWithLogitsLoss()
for_g = torch.optim.Adam(generator.parameters(), lr=1e-3)
for_d = torch.optim.Adam(model.parameters(), lr=1e-3)
valid, fake = torch.ones(32, 1), torch.zeros(32, 1)
for step in range(5):
    made = generator(torch.randn(32, 3))
    for_d.zero_grad()
    loss = adversarial(model(real), valid) + adversarial(model(made.detach()), fake)  # fault: double-softmax
    loss.backward()
    for_d.step()
    for_g.zero_grad()
    cheat = adversarial(model(made), valid)  # fault: double-softmax
    cheat.backward()
    for_g.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
