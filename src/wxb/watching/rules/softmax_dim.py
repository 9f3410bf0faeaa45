"""softmax-dim: a softmax over the rows of the batch instead of over the classes.

    log_softmax(z, dim=0) → nll_loss, [rows, y], gather(1, y)     each row's probabilities do not sum to 1
    softmax(z, dim=0) → cross_entropy, bce, mse with one-hot y

A softmax over the first axis is right for weights over time or over instances, so the axis alone says nothing. Said is only
what a cost makes certain: it reads one distribution a row, and the values that enter it sum to 1 down the rows and not
along them. Where one entry of every row is also one of every column (pairs that belong together), either reading is right.
Where rows were chosen from the whole table since (the training nodes of a graph), the whole table is what is summed.
The place is the softmax, where it was seen being made.

    softmax(z, dim=0) of (1, k), softmax(z, dim=1) of (n, 1)      each result is exactly 1, each gradient exactly 0

A softmax of single entries is said where every one at its line was such, and no parameter ever got a gradient.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching import graph, sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import Finding, Site

MAKES = frozenset(("softmax", "log_softmax"))
BY_CLASS = frozenset(("nll_loss", "cross_entropy"))
BY_SHAPE = frozenset(("binary_cross_entropy", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "kl_div", "mul",
                      "__mul__", "__rmul__"))  # fmt: skip
PICKS = frozenset(("__getitem__", "gather"))
LOOKED = 1_000_000
LEAST = 3


@dataclass(slots=True)
class Across:
    """The first such softmax at a place.   low, high : the smallest and largest sum of a row's probabilities"""

    cost: str
    shape: tuple[int, ...]
    low: float
    high: float


class SoftmaxDim(Rule):
    name = "softmax-dim"
    operations = MAKES | BY_CLASS | BY_SHAPE | PICKS

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._made: dict[Any, tuple[Site, Any]] = {}
        self._single: dict[Site, tuple[int, ...]] = {}  # softmaxes of single entries; () for those of more
        self._found: dict[Site, Across] = {}

    def operation(self, operation: TorchCall) -> None:
        name, out = operation.name, operation.out
        if name in MAKES and getattr(out, "grad_fn", None) is not None:
            site = sources.site_of(operation.frame)
            self._made[out.grad_fn] = (site, weakref.ref(out))
            axis = operation.kwargs.get("dim", operation.args[1] if len(operation.args) > 1 else None)
            single = isinstance(axis, int) and out.dim() > 0 and out.shape[axis] == 1
            self._single[site] = self._single.get(site, tuple(out.shape)) if single else ()
        elif self._made and (name in BY_CLASS or name in BY_SHAPE or name in PICKS):
            self._look(operation)

    def backward_started(self, backward: Backward) -> None:
        self._made.clear()

    def _look(self, operation: TorchCall) -> None:
        tensors = [one for one in operation.operands if isinstance(one, self.run.torch.Tensor)]
        given = next((one for one in tensors if one.requires_grad), None)
        node = graph.source(given) if given is not None else None
        if given is None or node not in self._made or given.dim() < 2 or given.numel() > LOOKED:
            return
        if operation.name in BY_SHAPE and not _one_a_row([one for one in tensors if one is not given], given):
            return
        if operation.name not in BY_SHAPE and not _picks_one_a_row(operation, given):
            return
        site, whole = self._made[node][0], self._made[node][1]()
        if whole is not None and whole.dim() == given.dim() and whole.shape[1:] == given.shape[1:]:
            given = whole if len(whole) > len(given) else given
        values = given.detach().double()
        chances = values.exp() if graph.kind(node) == "LogSoftmax" else values
        rows = chances.sum(1)
        if _ones(chances.sum(0)) and not _ones(rows):
            across = Across(operation.name, tuple(given.shape), float(rows.min()), float(rows.max()))
            self._found.setdefault(site, across)
            self.notice(site)

    def findings(self) -> list[Finding]:
        self._made.clear()
        found = [self._finding(site, across) for site, across in self._found.items()] if self.run.backwards else []
        known = self.run.parameters.values()
        if self.run.backwards >= LEAST and known and not any(one.arrived for one in known):
            found += [self._of_one(site, shape) for site, shape in self._single.items() if shape]
        return found

    def _of_one(self, site: Site, shape: tuple[int, ...]) -> Finding:
        evidence = _(
            "the softmax of {shape} is taken over an axis of one entry: each result is exactly 1, whatever the scores are, "
            "and every gradient was exactly 0.",
            shape=shape,
        )
        if len(shape) > 1 and shape[-1] > 1:
            fix = _("dim=-1, the axis of the classes.")
        else:
            fix = _("as many outputs as there are classes; or one score and binary_cross_entropy_with_logits.")
        return Finding(self.name, site, evidence, _("Nothing is learned."), fix)

    def _finding(self, site: Site, found: Across) -> Finding:
        evidence = _(
            "the softmax of {shape} is taken over its {rows} rows: each column sums to 1, a row's probabilities to "
            "{low} … {high}, and what uses it ({cost}) reads one distribution a row.",
            shape=found.shape,
            rows=found.shape[0],
            low=readable(found.low, 3),
            high=readable(found.high, 3),
            cost=found.cost,
        )
        effect = _("A row's prediction depends on which other rows are in its batch.")
        return Finding(
            self.name, site, evidence, effect, _("dim=1, the axis of the classes (dim=-1 where it is the last).")
        )


def _ones(sums: Any) -> bool:
    return bool(((sums - 1).abs() < 1e-3).all())


def _one_a_row(others: list[Any], given: Any) -> bool:
    """Whether the other operand is a distribution or a one-hot in each row, and not in each column."""
    if not others or others[0].shape != given.shape or given.dim() != 2 or others[0].requires_grad:
        return False
    target = others[0].double()
    return bool((target >= 0).all()) and _ones(target.sum(1)) and not _ones(target.sum(0))


def _picks_one_a_row(operation: TorchCall, given: Any) -> bool:
    """Whether a cost reads one entry of every row (`p[arange(n), y]`, `p.gather(1, y)`, nll_loss), not of every column."""
    if operation.name in BY_CLASS:
        target = operation.operands[1] if len(operation.operands) > 1 else None
        return target is not None and not (
            _pairs(target, given) if not target.is_floating_point() else _ones(target.sum(0))
        )
    if given.dim() != 2 or given is not operation.args[0]:
        return False
    if operation.name == "gather":
        index = operation.operands[-1]
        picked = operation.operands[1] in (1, -1) and getattr(index, "shape", ()) == (len(given), 1)
        return picked and not _pairs(index, given)
    index = operation.args[1]
    if not isinstance(index, tuple) or len(index) != 2 or not all(hasattr(part, "__len__") for part in index):
        return False
    rows, classes = [int(row) for row in index[0]], index[1]
    return len(classes) == len(given) and rows == list(range(len(given))) and not _pairs(classes, given)


def _pairs(classes: Any, given: Any) -> bool:
    """Whether every column is named once: a row belongs to each."""
    named = [int(one) for one in classes.flatten()] if hasattr(classes, "flatten") else list(classes)
    return len(set(named)) == len(named) == given.shape[1]
