"""What became of the line along λ, and how each was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.numbers import number, numbered
from wxb.values import Value

if TYPE_CHECKING:
    import pyarrow

Judge = Literal["folds", "leave-one-out", "gcv"]
JUDGES: tuple[Judge, ...] = ("folds", "leave-one-out", "gcv")
FALLING = 1e-4  # of the cost from one λ to the next: less is flat


@dataclass(frozen=True, eq=False, kw_only=True)
class PenaltyPath(Value):
    """The lines of all λ that were tried.

    Attributes
    ----------
    varied : "l2" or "l1", which λ these are        values : (L,) the λ, falling
    terms : p names        coef : (L, p) W of each, in the units of the data        intercept : (L,) b
    freedom : (L,) effective degrees of freedom, b among them        cost : (L,) mean square of the training rows
    judged_by : "folds", "leave-one-out" or "gcv"        judged : (L,) the cost by it, each row counted once
    fold_costs : (K, L) of each fold by the line of the others; (0, L) without folds
    spread : (L,) standard error of the folds' costs, NaN without
    least, chosen : the places of the smallest judged cost, and of the λ that was taken
    """

    varied: str
    values: Vector
    terms: tuple[str, ...]
    coef: Matrix
    intercept: Vector
    freedom: Vector
    cost: Vector
    judged_by: str
    judged: Vector
    fold_costs: Matrix
    spread: Vector
    least: int
    chosen: int

    def __repr__(self) -> str:
        taken = f"{self.varied} {number(float(self.values[self.chosen]))}"
        return f"PenaltyPath({numbered(len(self.values), 'λ')}: {taken} by {self.judged_by})"

    def __len__(self) -> int:
        return len(self.values)

    @property
    def within(self) -> int | None:
        """The place of the largest λ whose cost is within one standard error of the least; None without folds."""
        limit = self.judged[self.least] + self.spread[self.least]
        return int(np.flatnonzero(self.judged <= limit)[0]) if np.isfinite(limit) else None

    @property
    def at_edge(self) -> bool:
        """Whether the smallest cost is at the first or the last λ and still falling there, so that one beyond may be better."""
        if self.least not in (0, len(self) - 1) or len(self) < 2:
            return False
        neighbour = self.judged[1 if self.least == 0 else -2]
        return bool(self.judged[self.least] < (1 - FALLING) * neighbour)

    def to_arrow(self) -> pyarrow.Table:
        """A row for each λ: it, freedom, cost, judged, spread, whether it is the least and the chosen one, b, the terms' weights,
        and each fold's cost.

        Columns are `l2` or `l1`, `freedom`, `cost`, `judged`, `spread`, `least`, `chosen`, `intercept`, `coef` (a list in the order
        of `terms`) and `fold_costs` (a list).
        """
        import pyarrow

        places = np.arange(len(self))
        return pyarrow.table(
            {
                self.varied: self.values,
                "freedom": self.freedom,
                "cost": self.cost,
                "judged": self.judged,
                "spread": pyarrow.array(self.spread, from_pandas=True),
                "least": places == self.least,
                "chosen": places == self.chosen,
                "intercept": self.intercept,
                "coef": self.coef.tolist(),
                "fold_costs": pyarrow.array(self.fold_costs.T.tolist(), pyarrow.list_(pyarrow.float64())),
            }
        )
