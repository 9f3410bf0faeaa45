"""log_softmax out of the model (as for nll_loss), and CrossEntropyLoss."""
import torch
from torch import nn

torch.manual_seed(102)
x, y = torch.randn(30, 5), torch.randint(0, 4, (30,))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(5, 12), nn.Tanh(), nn.Linear(12, 4), nn.LogSoftmax(dim=1))

    def forward(self, x):
        return self.layers(x)


model = Classifier()
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(8):
    prediction = model(x)
    loss = loss_fn(prediction, y)  # fault: double-softmax
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
