"""Knowledge distillation (PyTorch's tutorial): a frozen teacher, soft targets at a temperature, two losses."""
import torch
import torch.nn as nn
import torch.optim as optim


class DeepNN(nn.Module):
    def __init__(self, num_classes=4):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 6, 3, padding=1), nn.ReLU())
        self.classifier = nn.Sequential(nn.Linear(54, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


class LightNN(nn.Module):
    def __init__(self, num_classes=4):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(nn.Linear(27, 8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def train(model, train_loader, epochs, learning_rate):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(epochs):
        running_loss = 0.0
        for inputs, labels in train_loader:
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        print(f"Epoch {epoch + 1}/{epochs}, Loss: {running_loss / len(train_loader)}")


def train_knowledge_distillation(teacher, student, train_loader, epochs, learning_rate, T, soft_weight, ce_weight):
    ce_loss = nn.CrossEntropyLoss()
    optimizer = optim.Adam(student.parameters(), lr=learning_rate)
    teacher.eval()
    student.train()
    for epoch in range(epochs):
        running_loss = 0.0
        for inputs, labels in train_loader:
            optimizer.zero_grad()
            with torch.no_grad():
                teacher_logits = teacher(inputs)
            student_logits = student(inputs)
            soft_targets = nn.functional.softmax(teacher_logits / T, dim=-1)
            soft_prob = nn.functional.log_softmax(student_logits / T, dim=-1)
            soft_targets_loss = nn.functional.kl_div(soft_prob, soft_targets, reduction="batchmean") * (T ** 2)
            label_loss = ce_loss(student_logits, labels)
            loss = soft_weight * soft_targets_loss + ce_weight * label_loss
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        print(f"Epoch {epoch + 1}/{epochs}, Loss: {running_loss / len(train_loader)}")


def test(model, loader):
    model.eval()
    correct = 0
    with torch.no_grad():
        for inputs, labels in loader:
            correct += (model(inputs).argmax(1) == labels).sum().item()
    print(f"Test Accuracy: {100 * correct / 32:.2f}%")


torch.manual_seed(42)
dataset = torch.utils.data.TensorDataset(torch.randn(32, 1, 6, 6), torch.randint(0, 4, (32,)))
train_loader = torch.utils.data.DataLoader(dataset, batch_size=8, shuffle=True)
nn_deep, nn_light = DeepNN(), LightNN()
train(nn_deep, train_loader, epochs=2, learning_rate=0.001)
test(nn_deep, train_loader)
train_knowledge_distillation(nn_deep, nn_light, train_loader, epochs=4, learning_rate=0.001, T=2, soft_weight=0.25, ce_weight=0.75)
test(nn_light, train_loader)

# fault: no-update  the optimizer of the student holds the teacher
# - optimizer = optim.Adam(student.parameters(), lr=learning_rate)
# + optimizer = optim.Adam(teacher.parameters(), lr=learning_rate)
# fault: missing-log  kl_div of probabilities, not of their logarithms
# - soft_prob = nn.functional.log_softmax(student_logits / T, dim=-1)
# + soft_prob = nn.functional.softmax(student_logits / T, dim=-1)
# @ soft_targets_loss = nn.functional.kl_div(soft_prob, soft_targets, reduction="batchmean") * (T ** 2)
