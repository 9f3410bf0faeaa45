"""missing-log: a cost that takes logarithms of probabilities is given probabilities, or scores.

    nll_loss(softmax(z), y)       minus the mean probability: above −1, hardly a slope where the model is wrong
    kl_div(softmax(z), q)         no divergence: below 0
    ctc_loss(softmax(z), …)       the same, over paths
    nll_loss(z, y), ctc_loss(z)   scores: the loss falls below every bound

Seen in the graph: what enters the cost comes out of a softmax or of a layer (only shapes changed since). And in the numbers:
along the axis of the classes probabilities sum to 1; exponentials of scores do not. Scores that stand elsewhere in the loss
too (less their `logsumexp` or their largest) are a cost written out, and left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching import graph, sources
from wxb.watching.events import Backward, Rule, TorchCall
from wxb.watching.finding import Finding, Site

AXIS = {"nll_loss": 1, "kl_div": -1, "ctc_loss": -1}
SCORES = frozenset(("Addmm", "Mm", "Addmv", "Convolution", "MkldnnConvolution", "Linear"))
LOOKED = 1_000_000


@dataclass(frozen=True, slots=True)
class Given:
    """What a cost was given.   low, high : its smallest and largest entry"""

    cost: str
    probabilities: bool
    low: float
    high: float


class MissingLog(Rule):
    name = "missing-log"
    operations = frozenset(AXIS)

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._waiting: list[tuple[Any, Any, Site, Given]] = []  # the nodes of the cost and of what it was given
        self._found: dict[Site, Given] = {}

    def operation(self, operation: TorchCall) -> None:
        if operation.name not in AXIS or operation.frame is None:
            return
        given: Any = operation.operands[0] if operation.operands else None
        if not isinstance(given, self.run.torch.Tensor) or given.grad_fn is None or not 0 < given.numel() <= LOOKED:
            return
        source = graph.source(given)
        kind = graph.kind(source)
        values = given.detach().double()
        axis = AXIS[operation.name] if given.dim() > 1 else 0
        if kind == "Softmax":
            told = _ones(values.sum(axis))
        else:
            told = kind in SCORES and operation.name != "kl_div" and not _ones(values.exp().sum(axis))
        if told:
            what = Given(operation.name, kind == "Softmax", float(values.min()), float(values.max()))
            node = getattr(operation.out, "grad_fn", None)
            self._waiting.append((node, source, sources.site_of(operation.frame), what))

    def backward_started(self, backward: Backward) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting and backward.window and backward.backward:
            users = graph.users(backward.nodes)
            for node, source, site, what in waiting:
                if source in users and node in backward.nodes and (what.probabilities or len(users[source]) == 1):
                    self._found.setdefault(site, what)
                    self.notice(site)

    def findings(self) -> list[Finding]:
        self._waiting.clear()
        return [self._finding(site, what) for site, what in self._found.items()]

    def _finding(self, site: Site, what: Given) -> Finding:
        low, high = readable(what.low, 3), readable(what.high, 3)
        if what.probabilities:
            evidence = _(
                "{cost} takes logarithms of probabilities, and is given the probabilities themselves, the output of a "
                "softmax ({low} to {high}).",
                cost=what.cost,
                low=low,
                high=high,
            )
            effect = _("The loss is below 0 and no likelihood; where the model is wrong there is hardly a slope.")
        else:
            evidence = _(
                "{cost} takes logarithms of probabilities, and is given scores ({low} to {high}): their exponentials do "
                "not sum to 1.",
                cost=what.cost,
                low=low,
                high=high,
            )
            effect = _("The loss falls below every bound as the scores grow; it measures nothing.")
        if what.cost == "nll_loss":
            fix = _("cross_entropy of the scores as they are, or log_softmax(scores, dim=1) before nll_loss.")
        else:
            fix = _("log_softmax(scores, dim=-1) before {cost}.", cost=what.cost)
        return Finding(self.name, site, evidence, effect, fix)


def _ones(sums: Any) -> bool:
    return bool(((sums - 1).abs() < 0.01).all())
