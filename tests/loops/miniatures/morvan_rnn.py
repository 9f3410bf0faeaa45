"""MorvanZhou/PyTorch-Tutorial RNN regression: sine to cosine, the state carried over by .data, numpy inputs."""
import numpy as np
import torch
from torch import nn

torch.manual_seed(1)
TIME_STEP, INPUT_SIZE, LR = 10, 1, 0.02


class RNN(nn.Module):
    def __init__(self):
        super(RNN, self).__init__()
        self.rnn = nn.RNN(input_size=INPUT_SIZE, hidden_size=16, num_layers=1, batch_first=True)
        self.out = nn.Linear(16, 1)

    def forward(self, x, h_state):
        r_out, h_state = self.rnn(x, h_state)
        outs = []
        for time_step in range(r_out.size(1)):
            outs.append(self.out(r_out[:, time_step, :]))
        return torch.stack(outs, dim=1), h_state


rnn = RNN()
optimizer = torch.optim.Adam(rnn.parameters(), lr=LR)
loss_func = nn.MSELoss()
h_state = None
for step in range(15):
    start, end = step * np.pi, (step + 1) * np.pi
    steps = np.linspace(start, end, TIME_STEP, dtype=np.float32, endpoint=False)
    x_np, y_np = np.sin(steps), np.cos(steps)
    x = torch.from_numpy(x_np[np.newaxis, :, np.newaxis])
    y = torch.from_numpy(y_np[np.newaxis, :, np.newaxis])
    prediction, h_state = rnn(x, h_state)
    h_state = h_state.data
    loss = loss_func(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(step, loss.item(), prediction.data.numpy().flatten()[:2])

# fault: crash  the state keeps its graph
# - h_state = h_state.data
# @ r_out, h_state = self.rnn(x, h_state)
# fault: crash  numpy's double precision
# - steps = np.linspace(start, end, TIME_STEP, dtype=np.float32, endpoint=False)
# + steps = np.linspace(start, end, TIME_STEP, endpoint=False)
# @ r_out, h_state = self.rnn(x, h_state)
