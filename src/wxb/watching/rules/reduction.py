"""reduction: a sum over the rows, in batches of different sizes: the step is as large as the batch.

    loss = mse_loss(model(x), y, reduction="sum")       32 rows, then 4: the same rate makes an eighth of the step

Said of plain and momentum SGD, one backward call a step, where the largest batch has at least half as many rows again as the
smallest. Silent where the sum, the gradients or the rate are divided, and for sums over what are no rows of a cost.
"""

from __future__ import annotations

from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching import graph, sources
from wxb.watching.events import Backward, OptimizerStep, Rule, TorchCall
from wxb.watching.finding import Finding, Site
from wxb.watching.rules.rescaled import RESCALES, rescales

COSTS = frozenset(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "cross_entropy", "nll_loss",
                   "binary_cross_entropy", "binary_cross_entropy_with_logits", "poisson_nll_loss", "kl_div"))  # fmt: skip
OF_A_ROW = frozenset(("Pow", "Abs", "MseLoss", "NllLoss", "SmoothL1Loss", "HuberLoss", "BinaryCrossEntropy",
                      "BinaryCrossEntropyWithLogits"))  # fmt: skip
LEAST = 4
RATIO = 1.5


class Reduction(Rule):
    name = "reduction"
    operations = RESCALES | COSTS | {"sum"}

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._sums: dict[Any, tuple[Site, int]] = {}
        self._since: list[dict[Site, int]] = []  # what was differentiated since the last step
        self._rows: dict[Site, list[int]] = {}
        self._rates: set[float] = set()
        self._silent = False

    def operation(self, operation: TorchCall) -> None:
        out = operation.out
        if rescales(operation, self.run):
            self._silent = True
        elif getattr(out, "grad_fn", None) is None or not isinstance(out, self.run.torch.Tensor) or out.dim():
            return
        elif operation.name in COSTS:
            if operation.kwargs.get("reduction") == "sum" and operation.args:
                self._sums[out.grad_fn] = (sources.site_of(operation.frame), len(operation.args[0]))
        elif operation.name == "sum":
            summed = operation.args[0]
            if summed.dim() and graph.kind(graph.source(summed)) in OF_A_ROW:
                self._sums[out.grad_fn] = (sources.site_of(operation.frame), len(summed))

    def backward_started(self, backward: Backward) -> None:
        sums, self._sums = self._sums, {}
        if backward.window and backward.backward:
            layer, found = [backward.loss.grad_fn], dict[Site, int]()
            while layer:
                node = layer.pop()
                found.update([sums[node]] if node in sums else [])
                layer += (
                    [parent for parent, __ in node.next_functions if parent]
                    if graph.kind(node) in ("Add", "Sub")
                    else []
                )
            self._since.append(found)

    def window_opened(self, after_step: bool) -> None:
        self._since.clear()

    def step_started(self, step: OptimizerStep) -> None:
        since, self._since = self._since, []
        if step.closure or type(step.record.reference()) is not self.run.torch.optim.SGD:
            self._silent = self._silent or any(since)
        elif step.window and len(since) == 1 and since[0]:
            for site, rows in since[0].items():
                self._rows.setdefault(site, []).append(rows)
            self._rates.add(float(step.record.groups()[0]["lr"]))

    def findings(self) -> list[Finding]:
        self._sums.clear()
        if self._silent or len(self._rates) != 1:
            return []
        return [
            self._finding(site, rows, next(iter(self._rates)))
            for site, rows in self._rows.items()
            if len(rows) >= LEAST and max(rows) >= RATIO * min(rows)
        ]

    def _finding(self, site: Site, rows: list[int], rate: float) -> Finding:
        low, high = min(rows), max(rows)
        evidence = _(
            "the loss is a sum over the rows, and batches have {low} to {high} rows: at one lr of {rate} a step is that of "
            "a mean at lr {small} for the smallest batch and at lr {large} for the largest.",
            low=low,
            high=high,
            rate=readable(rate, 3),
            small=readable(rate * low, 3),
            large=readable(rate * high, 3),
        )
        effect = _("How far a step goes depends on how many rows its batch happens to have.")
        fix = _('reduction="mean" (or divide by the number of rows), with a rate that fits; or drop_last=True.')
        return Finding(self.name, site, evidence, effect, fix)
