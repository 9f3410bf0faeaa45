"""One measurement of a loss's curvature, with what is known of the step that followed it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching import curvature, graph
from wxb.watching.curvature import Measurement
from wxb.watching.events import Backward, Curve, OptimizerRecord
from wxb.watching.rules.overflow import growth


@dataclass(slots=True)
class Sample(Measurement):
    """A measurement with the batch it was taken on and the parameters as they were."""

    batch: frozenset[tuple[tuple[int, ...], float]] | None = None
    before: Any = None
    owner: OptimizerRecord | None = None


def limit_of(sample: Sample) -> float:
    return curvature.limit(sample.curvature.largest, sample.momentum, sample.nesterov)


def diverged(curve: Curve) -> bool:
    last = curve.last[-1]
    return not math.isfinite(last) or growth(curve) is not None or last > 3 * abs(curve.first[0]) + 1e-12


def growth_text(sample: Sample, curve: Curve) -> str:
    """The growth of the loss per step, as the theory has it and as it was seen."""
    finite = [value for value in curve.last if math.isfinite(value) and value > 0]
    if sample.momentum or len(finite) < 3 or growth(curve) is None:
        return ""
    predicted = (1 - (sample.lr or 0.0) * sample.curvature.largest) ** 2
    return _(
        ", {finite} times per step (predicted (1 − lr·λmax)² = {predicted})",
        finite=readable(finite[-1] / finite[-2], 3),
        predicted=readable(predicted, 3),
    )


def gradient_used(sample: Sample, torch: Any) -> str:
    """ "this" when the gradient the optimizer is about to use is that of the measured loss."""
    used, wanted = [], []
    for parameter, gradient in zip(sample.parameters, sample.curvature.gradient):
        used.append(torch.zeros_like(parameter) if parameter.grad is None else parameter.grad)
        wanted.append(gradient)
    sample.parameters = []
    used, wanted = curvature.flatten(used, torch), curvature.flatten(wanted, torch)
    size = float(wanted.norm())
    if float((used - wanted).norm()) <= 1e-3 * size:
        return "this"
    cosine = float(used @ wanted) / max(size * float(used.norm()), 1e-300)
    return (
        _("it was rescaled: clipping or a loss scale")
        if cosine > 0.9999
        else _("accumulated, stale or changed in between")
    )


def entries_summed(backward: Backward) -> int:
    """How many entries the loss adds up without dividing by their number; 1 for a mean."""
    for node in graph.cost_nodes(backward.loss.grad_fn):
        name = node.name()
        if name.startswith("Mean"):
            return 1
        if name.startswith("SumBackward"):
            return math.prod(getattr(node, "_saved_self_sym_sizes", ()) or (1,))
        reduction: Callable[[], int] | int | None = getattr(node, "_saved_reduction", None)
        if reduction is not None:
            return node._saved_self.numel() if reduction == 2 else 1
    return 1
