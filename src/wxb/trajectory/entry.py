"""One epoch of a descent."""

from __future__ import annotations

from dataclasses import dataclass

from wxb._typing import Vector
from wxb.numbers import number, numbered
from wxb.values import Value


@dataclass(frozen=True, slots=True, eq=False)
class Entry(Value):
    """One epoch. W (p,) and b after its step; cost, test cost and gradient norm before it; the rate of the step."""

    epoch: int
    W: Vector
    b: float
    cost: float
    test_cost: float | None
    gradient_norm: float
    lr: float

    def __repr__(self) -> str:
        return f"Entry(epoch {self.epoch}, {numbered(len(self.W), 'weight')}, b {number(self.b)}, cost {number(self.cost)})"
