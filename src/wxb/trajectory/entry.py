"""One epoch of a descent."""

from __future__ import annotations

from dataclasses import dataclass

from wxb._typing import Vector


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One epoch. W (p,) and b after its step; cost, test cost and gradient norm before it; the rate of the step."""

    epoch: int
    W: Vector
    b: float
    cost: float
    test_cost: float | None
    gradient_norm: float
    lr: float
