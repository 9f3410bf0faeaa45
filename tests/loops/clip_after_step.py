"""Clipped when the step has been made."""
import torch
import torch.nn as nn

torch.manual_seed(201)
tokens = torch.randint(0, 12, (5, 9))


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.rnn, self.out = nn.Embedding(12, 8), nn.LSTM(8, 8, batch_first=True), nn.Linear(8, 12)

    def forward(self, tokens):
        return self.out(self.rnn(self.embed(tokens))[0])


model = Language()
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range(6):
    logits = model(tokens[:, :-1])
    loss = nn.functional.cross_entropy(logits.reshape(-1, 12), tokens[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.25)  # fault: clip-order
print([p.detach().numpy().tobytes().hex() for p in model.parameters()])
