"""scale: features on very different scales make the bowl a ravine; which columns, and what scaling gains.

    with A = [X 1], the curvature of a least-squares layer is 2 AᵀA / n; its condition κ = λmax / λmin decides:
    at the best constant rate the distance shrinks by (κ − 1)/(κ + 1) per step: ln 10 / ln((κ+1)/(κ−1)) steps per digit.

Looked at: the first operation that multiplies data (no gradient) by a parameter, in a run of plain SGD or of an update by
hand. Adam rescales each coordinate itself; no finding there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import counted, readable
from wxb.watching import sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import Finding, Site

PRODUCTS = frozenset(("linear", "matmul", "mm", "mv", "addmm", "__matmul__", "__rmatmul__"))
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


class Scale(Rule):
    name = "scale"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._found: dict[Site, Features] = {}
        self._seen: set[Site] = set()
        self._singles: dict[Site, list[tuple[str, Any]]] = {}

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
        if operation.name in PRODUCTS and data[0].dim() == 2 and site not in self._seen:
            self._seen.add(site)
            self._table(data[0], site, operation)
        elif operation.name in ("mul", "__mul__", "__rmul__") and weight[0].numel() == 1 and run.backwards == 0:
            expression = sources.expression_at(operation.frame)
            text = expression.left if data[0] is pair[0] else expression.right
            self._singles.setdefault(site, []).append((text, data[0]))

    def backward_started(self, backward: Backward) -> None:
        singles, self._singles = self._singles, {}
        for site, columns in singles.items():
            rows = {data.numel() for __, data in columns}
            if len(rows) == 1 and rows.pop() >= ROWS:
                table = self.run.torch.stack([data.detach().reshape(-1) for __, data in columns], 1)
                self._judge(table, site, [text or _("column {j}", j=j) for j, (text, __) in enumerate(columns)], "")

    def _table(self, data: Any, site: Site, operation: TorchCall) -> None:
        expression = sources.expression_at(operation.frame) if operation.frame else None
        name = self.run.names.of(data) or (expression.left if expression and expression.left else _("the input"))
        self._judge(data.detach(), site, [_("column {j}", j=j) for j in range(data.shape[1])], name)

    def _judge(self, data: Any, site: Site, labels: list[str], name: str) -> None:
        torch = self.run.torch
        n, p = data.shape
        if n < ROWS or p > COLUMNS or not bool(torch.isfinite(data).all()):
            return
        X = data.double().cpu()
        varied = X.std(0) > 0
        X, labels = X[:, varied], [label for label, keep in zip(labels, varied.tolist()) if keep]
        if not labels or n <= len(labels) + 1:
            return
        sizes = X.square().mean(0).sqrt()
        entries = [*zip(labels, sizes.tolist()), (_("the intercept's ones"), 1.0)]
        largest, smallest = max(entries, key=lambda e: e[1]), min(entries, key=lambda e: e[1])
        raw, scaled = _condition(X, torch), _condition((X - X.mean(0)) / X.std(0), torch)
        if largest[1] / smallest[1] >= RATIO and raw >= CONDITION and raw >= 100 * scaled:
            source = sources.line_text(site)
            self._found[site] = Features(site, source, name, largest, smallest, raw, scaled)

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
        fix = _(
            "x = (x - x.mean(0)) / x.std(0), with the mean and deviation kept for prediction: condition "
            "{condition}, {epochs} per digit",
            condition=readable(found.scaled, 3),
            epochs=_epochs(found.scaled),
        )
        effect = _("The large column sets the largest safe rate, and at that rate the small ones crawl.")
        return Finding(self.name, found.site, evidence + ".", effect, fix + ".", found.source)


def _condition(X: Any, torch: Any) -> float:
    A = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], 1)
    values = torch.linalg.svdvals(A)
    return float((values[0] / values[-1]) ** 2) if float(values[-1]) > 0 else math.inf


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
