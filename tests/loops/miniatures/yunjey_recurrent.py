"""yunjey/pytorch-tutorial recurrent_neural_network: rows of an image as a sequence, h0 and c0 made in forward."""
import torch
import torch.nn as nn

sequence_length, input_size, hidden_size, num_layers, num_classes = 6, 5, 8, 2, 4
batch_size, num_epochs, learning_rate = 10, 3, 0.01
torch.manual_seed(8)
train_dataset = torch.utils.data.TensorDataset(torch.randn(40, 1, 6, 5), torch.randint(0, 4, (40,)))
train_loader = torch.utils.data.DataLoader(dataset=train_dataset, batch_size=batch_size, shuffle=True)
test_loader = torch.utils.data.DataLoader(dataset=train_dataset, batch_size=batch_size, shuffle=False)


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers, num_classes):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.lstm = nn.LSTM(input_size, hidden_size, num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        h0 = torch.zeros(self.num_layers, x.size(0), self.hidden_size)
        c0 = torch.zeros(self.num_layers, x.size(0), self.hidden_size)
        out, _ = self.lstm(x, (h0, c0))
        out = self.fc(out[:, -1, :])
        return out


model = RNN(input_size, hidden_size, num_layers, num_classes)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
total_step = len(train_loader)
for epoch in range(num_epochs):
    for i, (images, labels) in enumerate(train_loader):
        images = images.reshape(-1, sequence_length, input_size)
        outputs = model(images)
        loss = criterion(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (i + 1) % 2 == 0:
            print("Epoch [{}/{}], Step [{}/{}], Loss: {:.4f}".format(epoch + 1, num_epochs, i + 1, total_step, loss.item()))

model.eval()
with torch.no_grad():
    correct = 0
    for images, labels in test_loader:
        images = images.reshape(-1, sequence_length, input_size)
        outputs = model(images)
        _, predicted = torch.max(outputs.data, 1)
        correct += (predicted == labels).sum().item()
    print("Test Accuracy: {} %".format(100 * correct / 40))

# fault: crash  batch_first is forgotten
# - self.lstm = nn.LSTM(input_size, hidden_size, num_layers, batch_first=True)
# + self.lstm = nn.LSTM(input_size, hidden_size, num_layers)
# @ out, _ = self.lstm(x, (h0, c0))
# fault: no-update  step() is forgotten
# - optimizer.step()
# @ loss.backward()
