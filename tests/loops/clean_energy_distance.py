"""Pairwise distances between generated and real points (energy distance), n against n."""
import torch

torch.manual_seed(30)
real = 2 + 0.5 * torch.randn(24)
generator = torch.nn.Linear(1, 1)
optimizer = torch.optim.Adam(generator.parameters(), lr=0.02)
for step in range(20):
    fake = generator(torch.randn(24, 1)).squeeze(1)
    between = (fake[:, None] - real[None, :]).abs().mean()
    within = (fake[:, None] - fake[None, :]).abs().mean()
    rows, columns = fake.unsqueeze(1), real.unsqueeze(0)
    kernel = torch.exp(-((rows - columns) ** 2)).mean()
    loss = 2 * between - within - 0.1 * kernel
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in generator.parameters()])
