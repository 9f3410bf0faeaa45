"""double-softmax: what is already a probability goes into a cost that makes probabilities of it.

    cross_entropy(softmax(z), y)                       cross_entropy does log_softmax itself
    cross_entropy(log_softmax(z), y)                   harmless, and a sign that nll_loss was meant
    binary_cross_entropy_with_logits(sigmoid(z), y)    it does the sigmoid itself

Seen in the graph: the values that enter the cost come out of a softmax (only shapes changed since). And in the numbers:
along the axis of the classes they sum to 1; a softmax over something else (attention weights used as scores) is silent.
Two of C probabilities differ by 1 at most, so a cross entropy of them cannot fall below log(1 + (C − 1) / e).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import readable
from wxb.watching import graph, sources
from wxb.watching.events import Rule, TorchCall
from wxb.watching.finding import Finding, Site

SOFT = ("cross_entropy",)
SIGMOID = ("binary_cross_entropy_with_logits", "multilabel_soft_margin_loss")
LOOKED = 1_000_000


@dataclass(slots=True)
class Twice:
    """A cost that was given probabilities.   least : what it cannot fall below, None where that is not known"""

    kind: str
    cost: str
    classes: int
    least: float | None
    count: int = 0


class DoubleSoftmax(Rule):
    name = "double-softmax"
    operations = frozenset((*SOFT, *SIGMOID))

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._found: dict[Site, Twice] = {}

    def operation(self, operation: TorchCall) -> None:
        if operation.name not in SOFT and operation.name not in SIGMOID:
            return
        given: Any = operation.operands[0] if operation.operands else None
        if not isinstance(given, self.run.torch.Tensor) or given.grad_fn is None or operation.frame is None:
            return
        kind = graph.kind(graph.source(given))
        if operation.name in SIGMOID:
            told = kind == "Sigmoid" and given.numel() > 0
        else:
            told = kind in ("Softmax", "LogSoftmax") and _sums_to_one(given, kind == "LogSoftmax", self.run.torch)
        if told:
            site = sources.site_of(operation.frame)
            if site not in self._found:
                self.notice(site)
                self._found[site] = Twice(kind, operation.name, *_least(operation, given, kind))
            self._found[site].count += 1

    def findings(self) -> list[Finding]:
        return [self._finding(site, found) for site, found in self._found.items()] if self.run.backwards else []

    def _finding(self, site: Site, found: Twice) -> Finding:
        if found.kind == "LogSoftmax":
            evidence = _n(
                "the one time looked at, what goes into {cost} is the output of a log_softmax, and {cost} takes the "
                "log_softmax of it again.",
                "each of the {n} times looked at, what goes into {cost} is the output of a log_softmax, and {cost} takes "
                "the log_softmax of it again.",
                found.count,
                cost=found.cost,
            )
            effect = _("The second one changes nothing: the loss is right, and computed twice.")
            return Finding(self.name, site, evidence, effect, _("nll_loss here, or no log_softmax in the model."))
        first = "sigmoid" if found.kind == "Sigmoid" else "softmax"
        evidence = _n(
            "the one time looked at, what goes into {cost} is the output of a {first}, and {cost} takes the {first} of it "
            "again",
            "each of the {n} times looked at, what goes into {cost} is the output of a {first}, and {cost} takes the "
            "{first} of it again",
            found.count,
            cost=found.cost,
            first=first,
        )
        if found.least is not None and found.kind == "Softmax":
            evidence += _(
                "; two probabilities differ by 1 at most, so with {classes} classes it cannot fall below {least}",
                classes=found.classes,
                least=readable(found.least),
            )
        elif found.least is not None:
            evidence += _(
                "; a target of 1 costs {least} at least, a target of 0 costs 0.6931", least=readable(found.least)
            )
        effect = _("Gradients are small from the beginning, the model stays unsure of every row.")
        fix = _("give {cost} the scores as they are (logits), and take the {first} only for predicting.", cost=found.cost,
                first=first)  # fmt: skip
        return Finding(self.name, site, evidence + ".", effect, fix)


def _sums_to_one(given: Any, logarithms: bool, torch: Any) -> bool:
    """Whether a cost's input sums to 1 along the axis of the classes."""
    if not given.numel() or given.numel() > LOOKED:
        return False
    values = given.detach().double()
    total = (values.exp() if logarithms else values).sum(1 if given.dim() > 1 else 0)
    return bool(((total - 1).abs() < (1e-3 if given.dtype != torch.bfloat16 else 0.05)).all())


def _least(operation: TorchCall, given: Any, kind: str) -> tuple[int, float | None]:
    """The number of classes, and what the cost cannot fall below with plain targets and weights."""
    classes = given.shape[1] if given.dim() > 1 else given.shape[0]
    words = operation.kwargs
    if len(operation.args) > 2 or words.get("weight") is not None or words.get("pos_weight") is not None:
        return classes, None
    if words.get("reduction", "mean") != "mean" or words.get("label_smoothing"):
        return classes, None
    if kind == "Sigmoid":
        return classes, math.log1p(math.exp(-1))
    target = operation.operands[1] if len(operation.operands) > 1 else None
    if kind != "Softmax" or target is None or target.is_floating_point():
        return classes, None
    return classes, math.log1p((classes - 1) / math.e)
