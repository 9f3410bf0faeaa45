"""broadcast: (n, 1) against (n,) in a cost, so that every prediction meets every target.

loose rule   two operands of more than one entry whose result is larger than both
gate 1       exactly one operand requires a gradient: a prediction against data, not two kernels or two masks
gate 2       both operands have the same number of entries: a frequency table or k centres do not
gate 3       the result is in the cost itself: no layer lies between it and the loss
gate 4       not both operands have an axis inserted on purpose (`a[:, None] - b[None, :]`, `.unsqueeze`)

A loss function that torch itself warns of (prediction and target of other sizes) needs gates 1, 3 and 4 only: (n, 1) against
(n, k) is as wrong there as (n, 1) against (n,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching import graph, sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import Finding, Site
from wxb.watching.report import shape

ARITHMETIC = ("add", "sub", "mul", "div", "true_divide", "subtract", "multiply", "divide", "pow", "maximum", "minimum",
              "fmax", "fmin", "atan2", "hypot", "logaddexp", "__add__", "__sub__", "__mul__", "__truediv__", "__pow__")  # fmt: skip
REVERSED = ("__rsub__", "__radd__", "__rmul__", "__rtruediv__", "__rpow__", "rsub")
LOSSES = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "poisson_nll_loss", "gaussian_nll_loss", "kl_div",
          "soft_margin_loss")  # fmt: skip
WARNED = frozenset(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"))
BINARY = frozenset((*ARITHMETIC, *REVERSED, *LOSSES))
INSERTS = frozenset(("unsqueeze", "unsqueeze_"))


@dataclass(slots=True)
class Suspect:
    """An operation that grew, waiting to be found in a cost."""

    node: Any
    site: Site
    name: str
    source: str
    predicted: str
    predicted_shape: str
    given: str
    given_shape: str
    result: str
    variance: float | None
    count: int = 1
    batches: int = 0
    repair: str = ""
    alike: bool = True  # both have the same number of entries


class Broadcast(Rule):
    name = "broadcast"
    operations = INSERTS | BINARY | {"__getitem__"}

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._waiting: list[Suspect] = []
        self._found: dict[Site, Suspect] = {}
        self._inserted: set[int] = set()
        self._keep: list[Any] = []

    def operation(self, operation: TorchCall) -> None:
        out = operation.out
        if operation.name in INSERTS or (operation.name == "__getitem__" and _none_in(operation.args[1])):
            self._inserted.add(id(out))
            self._keep.append(out)  # until the next backward: its id must not be given to another tensor meanwhile
        elif operation.name in BINARY and operation.frame is not None:
            self._look(operation)

    def _look(self, operation: TorchCall) -> None:
        torch = self.run.torch
        pair = [operand for operand in operation.operands if isinstance(operand, torch.Tensor)][:2]
        if len(pair) < 2 or pair[0].shape == pair[1].shape or pair[0].requires_grad == pair[1].requires_grad:
            return
        grown = torch.broadcast_shapes(*(operand.shape for operand in pair)).numel()
        sizes = [operand.numel() for operand in pair]
        if min(sizes) < 2 or (operation.name not in WARNED and (grown <= max(sizes) or sizes[0] != sizes[1])):
            return
        if all(id(operand) in self._inserted for operand in pair):
            return
        expression = sources.expression_at(operation.frame)
        if expression.left_opens_axis and expression.right_opens_axis:
            return
        self._waiting.append(self._suspect(operation, pair, expression, grown))

    def _suspect(self, operation: TorchCall, pair: list[Any], expression: Any, grown: int) -> Suspect:
        texts = [expression.left or _("the first operand"), expression.right or _("the second operand")]
        if operation.name in REVERSED:
            texts.reverse()
        which = 0 if pair[0].requires_grad else 1
        data = pair[1 - which]
        site = sources.site_of(operation.frame)
        shapes = self.run.torch.broadcast_shapes(pair[0].shape, pair[1].shape)
        numeric = data.is_floating_point() and self.run.plain(data)
        return Suspect(
            node=getattr(operation.out, "grad_fn", None),
            site=site,
            name=operation.name,
            source=sources.line_text(site),
            predicted=texts[which],
            predicted_shape=shape(pair[which]),
            given=texts[1 - which],
            given_shape=shape(data),
            result=str(tuple(shapes)),
            variance=float(data.double().var(unbiased=False)) if numeric else None,
            repair=repair(texts[which], pair[which], texts[1 - which], data),
            alike=data.numel() == pair[which].numel(),
        )

    def backward_started(self, backward: Backward) -> None:
        waiting, self._waiting = self._waiting, []
        self._inserted.clear()
        self._keep.clear()
        if not waiting or not backward.window:
            return
        cost = set(graph.cost_nodes(backward.loss.grad_fn))
        for suspect in waiting:
            if suspect.node is None or suspect.node in cost:
                suspect.node = None
                self._found.setdefault(suspect.site, suspect).batches += 1
                self.notice(suspect.site)

    def findings(self) -> list[Finding]:
        self._waiting.clear()
        return [self._finding(suspect) for suspect in self._found.values()]

    def _unlike(self, found: Suspect) -> Finding:
        evidence = _(
            "{predicted} is {predicted_shape}, {given} is {given_shape}: the loss compares {result} pairs, entries of the "
            "smaller one again and again. Is that meant?",
            predicted=found.predicted,
            predicted_shape=found.predicted_shape,
            given=found.given,
            given_shape=found.given_shape,
            result=found.result,
        )
        effect = _("What is compared with many at once settles at their mean.")
        return Finding(self.name, found.site, evidence, effect, found.repair, found.source)

    def _finding(self, found: Suspect) -> Finding:
        if not found.alike:
            return self._unlike(found)
        difference = _("difference") if found.name in LOSSES or "sub" in found.name else _("result")
        evidence = _(
            "{predicted} is {predicted_shape}, {given} is {given_shape}: the {difference} is {result}, "
            "every prediction against every target. Is that meant?",
            predicted=found.predicted,
            predicted_shape=found.predicted_shape,
            given=found.given,
            given_shape=found.given_shape,
            difference=difference,
            result=found.result,
        )
        effect = _("The fit collapses to the mean of {given}", given=found.given)
        lowest = min((curve.lowest for curve in self.run.curves.values()), default=None)
        if found.variance is not None and (found.name == "mse_loss" or "sub" in found.name):
            effect += _(
                "; a squared loss of these rows cannot fall below var({given}) = {variance}",
                given=found.given,
                variance=readable(found.variance),
            )
            if lowest is not None and lowest >= found.variance * (1 - 1e-4):
                effect += _(". It did not")
        return Finding(self.name, found.site, evidence, effect + ".", found.repair, found.source)


def _none_in(index: Any) -> bool:
    return index is None or (isinstance(index, tuple) and any(part is None for part in index))


def repair(predicted: str, prediction: Any, given: str, data: Any) -> str:
    """The shortest edit that makes both shapes equal."""
    if prediction.dim() == data.dim() + 1 and prediction.shape[-1] == 1:
        return _(
            "{given}.unsqueeze({dim}), or {predicted}.squeeze({dim2})",
            given=given,
            dim=data.dim(),
            predicted=predicted,
            dim2=prediction.dim() - 1,
        )
    if data.dim() == prediction.dim() + 1 and data.shape[-1] == 1:
        return _(
            "{given}.squeeze({dim}), or {predicted}.unsqueeze({dim2})",
            given=given,
            dim=data.dim() - 1,
            predicted=predicted,
            dim2=prediction.dim(),
        )
    if prediction.numel() == data.numel():
        return f"{given}.reshape({predicted}.shape)"
    return _("as many outputs as {given} has columns, or the one column that {predicted} is meant for", given=given,
             predicted=predicted)  # fmt: skip
