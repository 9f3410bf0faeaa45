"""A graph attention network (pyGAT): heads in a list, added as modules; attention over the neighbours."""
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class GraphAttentionLayer(nn.Module):
    def __init__(self, in_features, out_features, dropout, alpha, concat=True):
        super().__init__()
        self.dropout, self.concat = dropout, concat
        self.W = nn.Parameter(torch.empty(size=(in_features, out_features)))
        nn.init.xavier_uniform_(self.W.data, gain=1.414)
        self.a = nn.Parameter(torch.empty(size=(2 * out_features, 1)))
        nn.init.xavier_uniform_(self.a.data, gain=1.414)
        self.leakyrelu = nn.LeakyReLU(alpha)

    def forward(self, h, adj):
        Wh = torch.mm(h, self.W)
        n = self.W.shape[1]
        e = self.leakyrelu(torch.matmul(Wh, self.a[:n, :]) + torch.matmul(Wh, self.a[n:, :]).T)
        zero_vec = -9e15 * torch.ones_like(e)
        attention = torch.where(adj > 0, e, zero_vec)
        attention = F.softmax(attention, dim=1)
        attention = F.dropout(attention, self.dropout, training=self.training)
        h_prime = torch.matmul(attention, Wh)
        return F.elu(h_prime) if self.concat else h_prime


class GAT(nn.Module):
    def __init__(self, nfeat, nhid, nclass, dropout, alpha, nheads):
        super().__init__()
        self.dropout = dropout
        self.attentions = [GraphAttentionLayer(nfeat, nhid, dropout, alpha) for _ in range(nheads)]
        for i, attention in enumerate(self.attentions):
            self.add_module("attention_{}".format(i), attention)
        self.out_att = GraphAttentionLayer(nhid * nheads, nclass, dropout, alpha, concat=False)

    def forward(self, x, adj):
        x = F.dropout(x, self.dropout, training=self.training)
        x = torch.cat([att(x, adj) for att in self.attentions], dim=1)
        x = F.dropout(x, self.dropout, training=self.training)
        x = F.elu(self.out_att(x, adj))
        return F.log_softmax(x, dim=1)


def accuracy(output, labels):
    preds = output.max(1)[1].type_as(labels)
    return preds.eq(labels).double().sum() / len(labels)


torch.manual_seed(72)
features, labels = torch.rand(24, 8), torch.randint(0, 3, (24,))
adj = ((torch.rand(24, 24) < 0.2).float() + torch.eye(24) > 0).float()
idx_train, idx_val = torch.arange(0, 16), torch.arange(16, 24)
model = GAT(8, 4, 3, dropout=0.4, alpha=0.2, nheads=3)
optimizer = optim.Adam(model.parameters(), lr=0.005, weight_decay=5e-4)
for epoch in range(10):
    model.train()
    optimizer.zero_grad()
    output = model(features, adj)
    loss_train = F.nll_loss(output[idx_train], labels[idx_train])
    loss_train.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        output = model(features, adj)
        loss_val = F.nll_loss(output[idx_val], labels[idx_val])
        print(epoch, loss_train.item(), loss_val.item(), accuracy(output[idx_val], labels[idx_val]).item())

# fault: unregistered  the heads are not added as modules
# - self.add_module("attention_{}".format(i), attention)
# + pass
# @ self.attentions = [GraphAttentionLayer(nfeat, nhid, dropout, alpha) for _ in range(nheads)]
# fault: mode  F.dropout drops in evaluation too
# - x = F.dropout(x, self.dropout, training=self.training)  # 2
# + x = F.dropout(x, self.dropout)
