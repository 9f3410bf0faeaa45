"""The notebook's demonstration of accumulation: 2, 4, 6, without any optimizer."""
import torch

w = torch.tensor(2.0, requires_grad=True)
for epoch in range(20):
    z = 2 * w
    z.backward()
    print("gradient of z by w:", w.grad)
print(w.detach().numpy().tobytes().hex())
