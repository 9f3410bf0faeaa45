"""The start values are scaled after requires_grad."""
import torch

torch.manual_seed(237)
W = torch.randn(3, 1, requires_grad=True) * 0.01
optimizer = torch.optim.Adam([W], lr=0.01)  # fault: crash
