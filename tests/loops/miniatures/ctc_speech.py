"""Speech with CTC: spectrograms padded to one length, a convolution, a GRU, log_softmax over characters, OneCycleLR."""
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class SpeechRecognitionModel(nn.Module):
    def __init__(self, n_feats=6, rnn_dim=8, n_class=5, dropout=0.1):
        super().__init__()
        self.cnn = nn.Conv1d(n_feats, rnn_dim, 3, stride=2, padding=1)
        self.layer_norm = nn.LayerNorm(rnn_dim)
        self.birnn = nn.GRU(rnn_dim, rnn_dim, batch_first=True, bidirectional=True)
        self.classifier = nn.Sequential(nn.Linear(rnn_dim * 2, rnn_dim), nn.GELU(), nn.Dropout(dropout), nn.Linear(rnn_dim, n_class))

    def forward(self, x):
        x = self.cnn(x).transpose(1, 2)
        x = F.gelu(self.layer_norm(x))
        x, _ = self.birnn(x)
        return self.classifier(x)


def data_processing(data):
    spectrograms, labels, input_lengths, label_lengths = [], [], [], []
    for waveform, utterance in data:
        spectrograms.append(waveform.T)
        labels.append(utterance)
        input_lengths.append(waveform.shape[1] // 2)
        label_lengths.append(len(utterance))
    spectrograms = nn.utils.rnn.pad_sequence(spectrograms, batch_first=True).transpose(1, 2)
    labels = nn.utils.rnn.pad_sequence(labels, batch_first=True)
    return spectrograms, labels, input_lengths, label_lengths


def train(model, train_loader, criterion, optimizer, scheduler, epoch):
    model.train()
    for batch_idx, (spectrograms, labels, input_lengths, label_lengths) in enumerate(train_loader):
        optimizer.zero_grad()
        output = model(spectrograms)
        output = F.log_softmax(output, dim=2)
        output = output.transpose(0, 1)
        loss = criterion(output, labels, input_lengths, label_lengths)
        loss.backward()
        optimizer.step()
        scheduler.step()
        if batch_idx % 2 == 0:
            print("Train Epoch: {} Loss: {:.6f}".format(epoch, loss.item()))


def test(model, test_loader, criterion):
    model.eval()
    with torch.no_grad():
        for spectrograms, labels, input_lengths, label_lengths in test_loader:
            output = F.log_softmax(model(spectrograms), dim=2).transpose(0, 1)
            print("Test loss: {:.4f}".format(criterion(output, labels, input_lengths, label_lengths).item()))


torch.manual_seed(7)
lengths = [16, 20, 18, 24, 16, 22, 20, 24]
data = [(torch.randn(6, n), torch.randint(1, 5, (3 + n % 3,))) for n in lengths]
train_loader = torch.utils.data.DataLoader(data, batch_size=2, shuffle=True, collate_fn=data_processing)
test_loader = torch.utils.data.DataLoader(data[:4], batch_size=4, collate_fn=data_processing)
model = SpeechRecognitionModel()
optimizer = optim.AdamW(model.parameters(), 5e-4)
criterion = nn.CTCLoss(blank=0)
scheduler = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-4, steps_per_epoch=4, epochs=3, anneal_strategy="linear")
for epoch in range(1, 4):
    train(model, train_loader, criterion, optimizer, scheduler, epoch)
test(model, test_loader, criterion)

# fault: crash  lengths before the stride
# - input_lengths.append(waveform.shape[1] // 2)
# + input_lengths.append(waveform.shape[1])
# @ loss = criterion(output, labels, input_lengths, label_lengths)
# fault: missing-log  scores instead of logarithms
# - output = F.log_softmax(output, dim=2)
# + output = F.softmax(output, dim=2)
# @ loss = criterion(output, labels, input_lengths, label_lengths)
