"""MorvanZhou/PyTorch-Tutorial regression: a hidden layer, F.relu, SGD at 0.2, a noisy parabola."""
import torch
import torch.nn.functional as F

torch.manual_seed(1)
x = torch.unsqueeze(torch.linspace(-1, 1, 100), dim=1)
y = x.pow(2) + 0.2 * torch.rand(x.size())


class Net(torch.nn.Module):
    def __init__(self, n_feature, n_hidden, n_output):
        super(Net, self).__init__()
        self.hidden = torch.nn.Linear(n_feature, n_hidden)
        self.predict = torch.nn.Linear(n_hidden, n_output)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        x = self.predict(x)
        return x


net = Net(n_feature=1, n_hidden=10, n_output=1)
print(net)
optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
loss_func = torch.nn.MSELoss()
for t in range(100):
    prediction = net(x)
    loss = loss_func(prediction, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if t % 5 == 0:
        print("Loss=%.4f" % loss.data.numpy())

# fault: flat  a rate of nothing
# - optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
# + optimizer = torch.optim.SGD(net.parameters(), lr=2e-12)
# fault: overflow  the sign of the loss
# - loss = loss_func(prediction, y)
# + loss = -loss_func(prediction, y)
