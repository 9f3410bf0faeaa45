"""A network in evaluation looks at a picture, and the picture is what is trained.   like: mode"""
import torch
from torch import nn

torch.manual_seed(532)
network = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Dropout(0.5)).eval()
wanted = network(torch.randn(1, 1, 6, 6)).detach()
picture = nn.Parameter(torch.randn(1, 1, 6, 6))
model = nn.ParameterList([picture])
optimizer = torch.optim.Adam([picture], lr=1e-2)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(network(picture), wanted).backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
