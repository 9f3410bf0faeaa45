"""pytorch/examples vision_transformer: patches, a class token, encoder blocks, CrossEntropyLoss, AdamW."""
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class PatchExtractor(nn.Module):
    def __init__(self, patch_size=4):
        super().__init__()
        self.patch_size = patch_size

    def forward(self, input_data):
        batch_size, channels, height, width = input_data.size()
        p = self.patch_size
        patches = input_data.unfold(2, p, p).unfold(3, p, p)
        return patches.permute(0, 2, 3, 1, 4, 5).reshape(batch_size, -1, channels * p * p)


class InputEmbedding(nn.Module):
    def __init__(self, patches, size, dim):
        super().__init__()
        self.patchify = PatchExtractor()
        self.linear_projection = nn.Linear(size, dim)
        self.class_token = nn.Parameter(torch.randn(1, 1, dim))
        self.pos_embedding = nn.Parameter(torch.randn(1, patches + 1, dim))

    def forward(self, x):
        patches = self.linear_projection(self.patchify(x))
        tokens = self.class_token.expand(len(x), -1, -1)
        return torch.cat([tokens, patches], dim=1) + self.pos_embedding


class EncoderBlock(nn.Module):
    def __init__(self, dim, heads=2):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.multihead = nn.MultiheadAttention(dim, heads, dropout=0.1, batch_first=True)
        self.enc_MLP = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Dropout(0.1), nn.Linear(dim * 2, dim))

    def forward(self, emb):
        first = self.norm1(emb)
        attention = self.multihead(first, first, first, need_weights=False)[0] + emb
        return self.enc_MLP(self.norm2(attention)) + attention


class ViT(nn.Module):
    def __init__(self, layers=2, dim=8, classes=4):
        super().__init__()
        self.input_block = InputEmbedding(4, 48, dim)
        self.encoder_blocks = nn.ModuleList([EncoderBlock(dim) for _ in range(layers)])
        self.head = nn.Linear(dim, classes)

    def forward(self, x):
        out = self.input_block(x)
        for block in self.encoder_blocks:
            out = block(out)
        return self.head(out[:, 0])


torch.manual_seed(3)
images, labels = torch.randn(24, 3, 8, 8), torch.randint(0, 4, (24,))
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=8, shuffle=True)
model = ViT()
criterion = nn.CrossEntropyLoss()
optimizer = optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
for epoch in range(3):
    model.train()
    running = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
        running += loss.item() * inputs.size(0)
    model.eval()
    with torch.no_grad():
        hits = (model(images).argmax(1) == labels).sum().item()
    print(epoch, running / len(images), hits)

# fault: unregistered  the blocks in a plain list
# - self.encoder_blocks = nn.ModuleList([EncoderBlock(dim) for _ in range(layers)])
# + self.encoder_blocks = [EncoderBlock(dim) for _ in range(layers)]
# fault: double-softmax  softmax in the model
# - return self.head(out[:, 0])
# + return F.softmax(self.head(out[:, 0]), dim=-1)
# @ loss = criterion(outputs, targets)
