"""pytorch/examples gcn: a kernel as Parameter, a sparse adjacency, log_softmax and nll_loss on the training nodes."""
import torch
from torch import nn
import torch.nn.functional as F
from torch.optim import Adam


class GraphConv(nn.Module):
    def __init__(self, input_dim, output_dim, use_bias=False):
        super(GraphConv, self).__init__()
        self.kernel = nn.Parameter(torch.Tensor(input_dim, output_dim))
        nn.init.xavier_normal_(self.kernel)
        self.bias = None
        if use_bias:
            self.bias = nn.Parameter(torch.Tensor(output_dim))
            nn.init.zeros_(self.bias)

    def forward(self, input_tensor, adj_mat):
        support = torch.mm(input_tensor, self.kernel)
        output = torch.spmm(adj_mat, support)
        if self.bias is not None:
            output = output + self.bias
        return output


class GCN(nn.Module):
    def __init__(self, input_dim, hidden_dim, output_dim, use_bias=True, dropout_p=0.1):
        super(GCN, self).__init__()
        self.gc1 = GraphConv(input_dim, hidden_dim, use_bias=use_bias)
        self.gc2 = GraphConv(hidden_dim, output_dim, use_bias=use_bias)
        self.dropout = nn.Dropout(dropout_p)

    def forward(self, input_tensor, adj_mat):
        x = self.gc1(input_tensor, adj_mat)
        x = F.relu(x)
        x = self.dropout(x)
        x = self.gc2(x, adj_mat)
        return F.log_softmax(x, dim=1)


def train_iter(epoch, model, optimizer, criterion, input, target, mask_train, mask_val):
    model.train()
    optimizer.zero_grad()
    output = model(*input)
    loss = criterion(output[mask_train], target[mask_train])
    loss.backward()
    optimizer.step()
    loss_train, acc_train = test(model, criterion, input, target, mask_train)
    loss_val, acc_val = test(model, criterion, input, target, mask_val)
    if epoch % 2 == 0:
        print(f"Epoch: {epoch:04d} loss_train: {loss_train:.4f}, acc_val: {acc_val:.4f}")


def test(model, criterion, input, target, mask):
    model.eval()
    with torch.no_grad():
        output = model(*input)
        output, target = output[mask], target[mask]
        loss = criterion(output, target)
        acc = (output.argmax(dim=1) == target).float().sum() / len(target)
    return loss.item(), acc.item()


torch.manual_seed(42)
features, labels = torch.rand(30, 8), torch.randint(0, 3, (30,))
edges = (torch.rand(30, 30) < 0.15).float() + torch.eye(30)
adj = ((edges + edges.T) > 0).float()
d = adj.sum(1).pow(-0.5)
adj_mat = (d[:, None] * adj * d[None, :]).to_sparse()
idx = torch.randperm(30)
idx_test, idx_val, idx_train = idx[:8], idx[8:14], idx[14:]
gcn = GCN(8, 16, 3)
optimizer = Adam(gcn.parameters(), lr=0.01, weight_decay=5e-4)
criterion = nn.NLLLoss()
for epoch in range(12):
    train_iter(epoch + 1, gcn, optimizer, criterion, (features, adj_mat), labels, idx_train, idx_val)
print(test(gcn, criterion, (features, adj_mat), labels, idx_test))

# fault: unregistered  a kernel that is no Parameter
# - self.kernel = nn.Parameter(torch.Tensor(input_dim, output_dim))
# + self.kernel = torch.empty(input_dim, output_dim, requires_grad=True)
# fault: softmax-dim  over the nodes
# - return F.log_softmax(x, dim=1)
# + return F.log_softmax(x, dim=0)
