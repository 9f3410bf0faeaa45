"""W from Python's whole numbers."""
import torch

x = torch.tensor([1.0, 2.0, 3.0])
W = torch.tensor([0], requires_grad=True)  # fault: crash
for epoch in range(3):
    ((W * x - x) ** 2).mean().backward()
