"""Time first, class last: log_softmax over the last axis, nll over all of it.   like: softmax-dim double-softmax"""
import torch
from torch import nn


class Characters(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.rnn, self.out = nn.Embedding(11, 6), nn.LSTM(6, 8), nn.Linear(8, 11)

    def forward(self, text):
        hidden, _ = self.rnn(self.embed(text))
        return torch.log_softmax(self.out(hidden), dim=-1)


torch.manual_seed(135)
text = torch.randint(0, 11, (9, 4))
model = Characters()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(5):
    logp = model(text[:-1])
    loss = nn.functional.nll_loss(logp.reshape(-1, 11), text[1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
