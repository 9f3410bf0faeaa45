"""Stopping rules people can reason about."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wxb.arguments import number, wrong
from wxb.i18n import _

BLOWN_UP = 1e3
"""A run whose cost is beyond this many times the start's is stopped."""


def blown_up_beyond(momentum: float) -> float:
    """The factor on the cost of the start beyond which a run has blown up, and is not just swinging.

    With momentum the distance of a converging run may grow up to 2/(1 − β)-fold before it falls (the rate near its limit,
    where the roots coincide at −√β).
    """
    return BLOWN_UP * (2 / (1 - momentum)) ** 2 if 0 < momentum < 1 else BLOWN_UP


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop before the epochs are used up; every rule given is watched, the first to hold stops the run.

    gradient_norm : Euclidean norm of the gradient, in the coordinates descended on, at or below this
    cost_within : cost at most this far above the minimum, in units of the cost
    standard_errors : every coefficient at most this many of its standard errors from the minimum
    patience : epochs without a lower test cost
    """

    gradient_norm: float | None = None
    cost_within: float | None = None
    standard_errors: float | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        for name in ("gradient_norm", "cost_within", "standard_errors", "patience"):
            value = getattr(self, name)
            if (
                value is not None
                and not 0 < number(_("stop rule {name}", name=name), value, _("a positive number")) < math.inf
            ):
                raise wrong(_("stop rule {name}", name=name), _("a positive number"), value)
