"""scale: features on very different scales make the bowl a ravine; which columns, and what scaling gains.

    with A = [X 1], or A = X where the model has no intercept, the curvature of a least-squares layer is 2 AᵀA / n; its
    condition κ = λmax / λmin decides: at the best constant rate the distance shrinks by (κ − 1)/(κ + 1) per step:
    ln 10 / ln((κ+1)/(κ−1)) steps per digit.

A model has an intercept when the product is given one (`linear` with a bias), when a leaf is added to it in the loss's graph,
or when a column of X is constant. Without one, columns are scaled but not centred: that would change the line.

Looked at: the first operation that multiplies data (no gradient) by a parameter, in a run of plain SGD or of an update by
hand. Adam rescales each coordinate itself; no finding there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from wxb.i18n import N_, _, _n
from wxb.numbers import counted, readable
from wxb.watching import graph, sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import Finding, Site

PRODUCTS = frozenset(("linear", "matmul", "mm", "mv", "addmm", "__matmul__", "__rmatmul__"))
SUMS = ("AddBackward", "SubBackward", "RsubBackward")
RESHAPES = ("View", "Reshape", "Unsqueeze", "Squeeze", "Expand", "TBackward", "Transpose", "Alias", "Clone", "ToCopy")
ROWS, COLUMNS = 4, 500
RATIO = 100.0
CONDITION = 1e4


@dataclass(slots=True)
class Features:
    """A table that met a parameter: condition as it is and standardised, and the sizes of its columns."""

    site: Site
    source: str
    name: str
    largest: tuple[str, float]
    smallest: tuple[str, float]
    condition: float
    scaled: float
    intercept: str  # "added", "column" (a constant one of X) or ""


@dataclass(slots=True)
class Table:
    """Columns that met parameters, until the graph of the loss says whether there is an intercept."""

    site: Site
    X: Any
    labels: list[str]
    name: str
    product: Any  # node of the product; None when it has its intercept


class Scale(Rule):
    name = "scale"
    operations = PRODUCTS | {"mul", "__mul__", "__rmul__"}

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._found: dict[Site, Features] = {}
        self._seen: set[Site] = set()
        self._singles: dict[Site, list[tuple[str, Any, Any]]] = {}
        self._tables: list[Table] = []

    def operation(self, operation: TorchCall) -> None:
        torch, run = self.run.torch, self.run
        if len(operation.args) < 2 or operation.frame is None or run.backwards > 2:
            return
        pair = operation.args[:2]
        if not all(isinstance(one, torch.Tensor) and run.plain(one) and one.is_floating_point() for one in pair):
            return
        data = [one for one in pair if not one.requires_grad]
        weight = [one for one in pair if (one.requires_grad and one.is_leaf) or _transposed_leaf(one)]
        if len(data) != 1 or len(weight) != 1:
            return
        site = sources.site_of(operation.frame)
        if getattr(operation.out, "grad_fn", None) is None:
            return
        if operation.name in PRODUCTS and data[0].dim() == 2 and site not in self._seen:
            self._seen.add(site)
            self._table(data[0], site, operation)
        elif operation.name in ("mul", "__mul__", "__rmul__") and weight[0].numel() == 1 and run.backwards == 0:
            expression = sources.expression_at(operation.frame)
            text = expression.left if data[0] is pair[0] else expression.right
            self._singles.setdefault(site, []).append((text, data[0], operation.out.grad_fn))

    def backward_started(self, backward: Backward) -> None:
        singles, self._singles = self._singles, {}
        tables, self._tables = self._tables, []
        for site, columns in singles.items():
            rows = {data.numel() for __, data, __ in columns}
            if len(rows) == 1 and rows.pop() >= ROWS:
                X = self.run.torch.stack([data.detach().reshape(-1) for __, data, __ in columns], 1)
                labels = [text or _("column {j}", j=j) for j, (text, __, __) in enumerate(columns)]
                tables.append(Table(site, X, labels, "", columns[-1][2]))
        if tables and backward.window:
            users = graph.users(backward.nodes)
            for table in tables:
                self._judge(table, table.product is None or _is_shifted(table.product, users))

    def _table(self, data: Any, site: Site, operation: TorchCall) -> None:
        expression = sources.expression_at(operation.frame) if operation.frame else None
        name = self.run.names.of(data) or (expression.left if expression and expression.left else _("the input"))
        given = operation.name in ("linear", "addmm") and len([a for a in operation.operands if a is not None]) > 2
        labels = [_("column {j}", j=j) for j in range(data.shape[1])]
        self._tables.append(Table(site, data.detach(), labels, name, None if given else operation.out.grad_fn))

    def _judge(self, table: Table, intercept: bool) -> None:
        torch, data = self.run.torch, table.X
        n, p = data.shape
        if n < ROWS or p > COLUMNS or not bool(torch.isfinite(data).all()):
            return
        X = data.double().cpu()
        varied = X.std(0) > 0
        constant = (~varied & (X[0] != 0)).nonzero().flatten().tolist()
        level = [] if intercept else constant[:1]  # a column of ones is the intercept of a model without another
        labels = [label for label, keep in zip(table.labels, varied.tolist()) if keep]
        if not labels or n <= len(labels) + 1:
            return
        raw, scaled = _conditions(X[:, varied], X[:, level], intercept, torch)
        sizes = X.square().mean(0).sqrt()
        entries = [*zip(labels, sizes[varied].tolist()), *((table.labels[j], float(sizes[j])) for j in level)]
        entries += [(_("the intercept's ones"), 1.0)] if intercept else []
        largest, smallest = max(entries, key=lambda e: e[1]), min(entries, key=lambda e: e[1])
        if largest[1] / smallest[1] >= RATIO and raw >= CONDITION and raw >= 100 * scaled:
            source, kind = sources.line_text(table.site), "added" if intercept else "column" if level else ""
            found = Features(table.site, source, table.name, largest, smallest, raw, scaled, kind)
            self._found[table.site] = found

    def findings(self) -> list[Finding]:
        torch = self.run.torch
        used = [record for record in self.run.optimizers.values() if record.steps]
        if used and not all(type(record.reference()) is torch.optim.SGD for record in used):
            return []
        if self.run.backwards < 2:
            return []
        return [self._finding(features) for features in self._found.values()]

    def _finding(self, found: Features) -> Finding:
        of = _(" of {name}", name=found.name) if found.name else ""
        evidence = _(
            "{large}{of} has size {largest} (root mean square), {small} {smallest}: condition {condition}, {epochs} "
            "per digit at the best constant rate",
            large=found.largest[0],
            of=of,
            largest=readable(found.largest[1], 3),
            small=found.smallest[0],
            smallest=readable(found.smallest[1], 3),
            condition=readable(found.condition, 3),
            epochs=_epochs(found.condition),
        )
        text = N_(
            "x = (x - x.mean(0)) / x.std(0), with the mean and deviation kept for prediction: condition "
            "{condition}, {epochs} per digit"
        )
        if not found.intercept:
            text = N_(
                "x = x / x.square().mean(0).sqrt(), with these sizes kept for prediction (no centring: the model has no "
                "intercept): condition {condition}, {epochs} per digit"
            )
        fix = _(
            text,
            condition=readable(found.scaled, 3),
            epochs=_epochs(found.scaled),
        )
        if found.intercept == "column":
            fix += _(" (leave the constant column as it is)")
        effect = _("The large column sets the largest safe rate, and at that rate the small ones crawl.")
        return Finding(self.name, found.site, evidence + ".", effect, fix + ".", found.source)


def _conditions(X: Any, level: Any, intercept: bool, torch: Any) -> tuple[float, float]:
    """As the columns are, and scaled: centred where an intercept (or the constant column `level`) takes up the means."""
    ones = torch.ones(len(X), 1, dtype=X.dtype)
    if intercept or level.shape[1]:
        raw = torch.cat([X, ones if intercept else level], 1)
        return _condition(raw, torch), _condition(torch.cat([(X - X.mean(0)) / X.std(0), ones], 1), torch)
    return _condition(X, torch), _condition(X / X.square().mean(0).sqrt(), torch)


def _condition(A: Any, torch: Any) -> float:
    values = torch.linalg.svdvals(A)
    return float((values[0] / values[-1]) ** 2) if float(values[-1]) > 0 else math.inf


def _is_shifted(product: Any, users: dict[Any, list[Any]]) -> bool:
    """Whether a leaf is added to a product on its way to the loss, with nothing but sums and reshapes in between."""
    seen, waiting = {product}, [product]
    while waiting:
        node = waiting.pop()
        for user in users.get(node, ()):
            others = [parent for parent, __ in user.next_functions if parent is not None and parent is not node]
            if user.name().startswith(SUMS) and any(map(_is_leaf, others)):
                return True
            if user.name().startswith((*SUMS, *RESHAPES)) and user not in seen:
                seen.add(user)
                waiting.append(user)
    return False


def _is_leaf(node: Any) -> bool:
    """A parameter, or one that was only given another shape."""
    while node.name().startswith(RESHAPES) and node.next_functions and node.next_functions[0][0] is not None:
        node = node.next_functions[0][0]
    return node.name().endswith("AccumulateGrad")


def _epochs(condition: float) -> str:
    if not math.isfinite(condition) or condition <= 1:
        return counted(1) if condition <= 1 else _("countless epochs")
    shrink = math.log((condition + 1) / (condition - 1)) if condition < 1e12 else 2 / condition
    epochs = readable(math.ceil(math.log(10) / shrink), 3)
    return _n("{epochs} epoch", "{epochs} epochs", 1 if epochs == "1" else 2, epochs=epochs)


def _transposed_leaf(tensor: Any) -> bool:
    """`W.T`: a view of a leaf, one transposition away."""
    node = tensor.grad_fn
    return node is not None and node.name() in ("TBackward0", "PermuteBackward0", "TransposeBackward0") and all(
        parent is None or parent.name().endswith("AccumulateGrad") for parent, __ in node.next_functions
    )  # fmt: skip
