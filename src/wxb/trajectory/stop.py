"""Stopping rules people can reason about."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wxb.errors import UsageError


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
            if value is not None and not (value > 0 and math.isfinite(value)):
                raise UsageError(f"stop rule {name}={value!r} is not a positive number")
