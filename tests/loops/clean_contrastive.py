"""A contrastive loss on a similarity matrix, and a distillation term from a teacher in eval mode."""
import torch
from torch import nn

torch.manual_seed(83)
teacher = nn.Linear(6, 4).eval()
student = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 4))
optimizer = torch.optim.AdamW(student.parameters(), lr=3e-3)
for step in range(15):
    x = torch.randn(16, 6)
    a = nn.functional.normalize(student(x), dim=1)
    b = nn.functional.normalize(student(x + 0.1 * torch.randn_like(x)), dim=1)
    similarity = a @ b.T / 0.2
    labels = torch.arange(16)
    with torch.no_grad():
        target = teacher(x).softmax(1)
    distill = nn.functional.kl_div(student(x).log_softmax(1), target, reduction="batchmean")
    loss = nn.functional.cross_entropy(similarity, labels) + distill
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in student.parameters()])
