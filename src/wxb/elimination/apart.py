"""How rows are seen beside the effects of categories: each number less the effects that the row's levels have on it.

    x̃ = x − Σ_c a_c[level of the row in c]        a : least squares of x on the levels of all categories, and on nothing else
    Σ w x̃ x̃ᵀ is what is left of the moments, so that with T its inverse Cholesky factor T x̃ is whitened (`wxb.whitening`)
    h = w (share of the levels + |T x̃|²),   share = d' (Dᵀ W D)⁻ d of the indicators d of a row's levels

With one category a are the means of its levels and the share is 1/w_g.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.leverage import Leverage
from wxb.moments.pairs import Pair
from wxb.normal_equations import InverseFactor
from wxb.values import Value

BITS = 110  # of an entry that is read off pairs of doubles


@dataclass(frozen=True, eq=False, kw_only=True)
class Apart(Value):
    """Of p columns that have a coefficient, and the target.

    columns, levels : of each category        effects : of each category (p + 1, G) as pairs, those on the target last
    places : where the p coefficients stand        terms : which of the columns of the design without the categories they are
    measure : T of x̃, None without a column
    share : of the rows' places among the levels of each category, as pairs
    explained : Σ of squares that the levels explain of a number, of its sums by level of each category, where no row has a weight
    """

    columns: tuple[str, ...]
    levels: tuple[tuple[Any, ...], ...]
    effects: tuple[Pair, ...]
    places: tuple[int, ...]
    terms: tuple[int, ...]
    measure: Leverage | None
    share: Callable[[Sequence[Integers]], Pair]
    explained: Callable[[Sequence[Vector]], float]

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(map(len, self.levels))


def measure_of(products: Sequence[Sequence[Pair]]) -> Leverage | None:
    """T of columns whose sums of products (p, p) are given in pairs of one number."""
    p = len(products)
    if not p:
        return None
    exact = [[Fraction(float(a[0])) + Fraction(float(b[0])) for a, b in row] for row in products]
    half = [int(np.frexp(float(exact[i][i]))[1]) // 2 - BITS for i in range(p)]
    gram = [[int(exact[max(i, j)][min(i, j)] / Fraction(2) ** (half[i] + half[j])) for j in range(p)] for i in range(p)]
    factor = InverseFactor.of(gram)
    return leverage_of(factor, np.array([s + e for s, e in zip(factor.shifts, half)], dtype=np.int64))


def leverage_of(factor: InverseFactor, shifts: Integers) -> Leverage:
    """Of columns whose mean is 0."""
    with np.errstate(over="ignore"):
        T: Matrix = np.ldexp(factor.high, -shifts)
    return Leverage(factor, shifts, tuple([Fraction(0)] * len(shifts)), None, T)
