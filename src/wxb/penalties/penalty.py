"""What is penalised and by how much, and the lines it gives of some rows, for many λ at once.

cost = mean square + Σ_j f_j (l2 s_j² W_j² + l1 s_j |W_j|)        s_j : the column's standard deviation, or 1        f_j ≥ 0
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.penalties.lines import Lines, Pairs, Problem
from wxb.penalties.seen import Seen

Varied = Literal["l2", "l1"]
RIDGES, LASSOS = 50, 100  # λ that are tried where none are given
WIDEST, NARROWEST = 1e2, 1e-6  # of the largest eigenvalue, the λ of ridge that are tried
HIGHEST = 2.0**1023  # λ of a lasso that is tried, where factors are tiny
LEAST_SHARE = 1e-3  # of the λ from which on every coefficient is 0, the smallest of lasso that is tried


@dataclass(frozen=True, kw_only=True, eq=False)
class Penalty:
    """l2, l1 : how much        factors : (p,) f of each coefficient        standardise : whether by the s of the rows

    positive : whether coefficients may not be negative
    """

    l2: float
    l1: float
    factors: Vector
    standardise: bool
    positive: bool

    @property
    def sparse(self) -> bool:
        """Whether coefficients may be exactly 0, so that the answer is no linear system."""
        return self.l1 > 0 or self.positive

    def at(self, varied: Varied, value: float) -> Penalty:
        """With another λ."""
        return replace(self, l2=value) if varied == "l2" else replace(self, l1=value)

    def units(self, seen: Seen) -> tuple[Vector, Matrix, Vector]:
        """s (p,), and A (p, p), a (p,) in units of it."""
        unit = seen.deviations(self.standardise)
        return unit, seen.covariance / unit / unit[:, None], seen.cross / unit

    def lines(self, seen: Seen, varied: Varied, values: Vector, free: bool = False) -> Lines:
        """For each λ.  free : whether their freedom is wanted: Tr of the matrix that makes H(x) of y, of what is sparse
        the same of the columns that stand in the line"""
        values = np.ascontiguousarray(values)
        problem = Problem.of(seen.square, seen.deviations(self.standardise))
        if varied == "l1" or self.sparse:
            both = {"l1": np.full(len(values), self.l1), "l2": np.full(len(values), self.l2), varied: values}
            return problem.shrunk(both["l1"], both["l2"], self.factors, self.positive, free)
        return problem.ridges(values, self.factors, free)

    def line(self, seen: Seen) -> tuple[Pairs, float]:
        """W (2, p) under this penalty, and its freedom."""
        found = self.lines(seen, "l2", np.array([self.l2]), free=True)
        return found.weights[:, 0], float(found.freedom[0])

    def tried(self, seen: Seen, varied: Varied) -> Vector:
        """(L,) the λ that are tried, falling: by equal factors, from where (nearly) nothing is left to where it hardly matters."""
        __, square, cross = self.units(seen)
        under = self.factors > 0
        if varied == "l2":
            size = float(np.linalg.eigvalsh(square).max(initial=0.0)) or 1.0
            return size * np.geomspace(WIDEST, NARROWEST, RIDGES)
        free = np.flatnonzero(~under)
        told = np.linalg.lstsq(square[np.ix_(free, free)], cross[free], rcond=None)[0] if len(free) else np.empty(0)
        left = cross[under] - square[np.ix_(under, free)] @ told
        with np.errstate(over="ignore"):
            each = (left if self.positive else np.abs(left)) / self.factors[under]
        most = min(2 * float(np.max(each, initial=0.0)), HIGHEST) or 1.0
        return most * np.geomspace(1.0, LEAST_SHARE, LASSOS)
