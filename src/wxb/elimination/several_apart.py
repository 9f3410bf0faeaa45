"""Rows beside the effects of three and more absorbed categories, some of which are dummies (`several`).

    x less the effects of the inner categories, then less B d̃ of the dummies d̃:  T = [T_d 0; T_xd T_x]  →  B = −T_x⁻¹ T_xd

T is that of dummies and columns together, dummies first, so T_x is that of the columns beside all effects, and T_d d̃ is what the
dummies add to the share of a row. Of the target B is what its coefficients say: those of the dummies, and B of the columns times
those of the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.elimination.apart import Apart, leverage_of
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.leverage import Leverage
from wxb.moments.pairs import Pair, add, divide, multiply, subtract

AT_ONCE = 1 << 20  # numbers of dummies formed together


def apart_of(
    inner: Apart, skip: int, categories: Mapping[str, tuple[tuple[Any, ...], Integers]], exact: Sequence[Fraction]
) -> Apart:
    """inner : beside the other categories, its first coefficients those of dummies        skip : how many dummies there are

    categories : of each that became dummies its levels, and where each stands, −1 for none        exact : inner's coefficients
    """
    count = sum(place < skip for place in inner.places)
    number = np.full(skip + 1, -1, dtype=np.int64)
    number[list(inner.places[:count])] = np.arange(count)
    dummies = Dummies(inner, count, [(len(levels), number[places]) for levels, places in categories.values()])
    B = _of_dummies(inner.measure, exact, count)
    effects = [dummies.beside(inner.effects[way], B) for way in range(len(inner.columns))]
    for __, places in dummies.ways:
        there = places >= 0
        own = tuple(np.where(there, half[:, places], 0.0) for half in B)
        effects.append((own[0], own[1]))
    return Apart(
        columns=(*inner.columns, *categories),
        levels=(*inner.levels, *(levels for levels, __ in categories.values())),
        effects=tuple(effects),
        places=tuple(place - skip for place in inner.places[count:]),
        terms=tuple(term - skip for term in inner.terms[count:]),
        measure=_rest(inner.measure, count),
        share=dummies.share,
        explained=dummies.explained,
    )


def _of_dummies(measure: Leverage | None, exact: Sequence[Fraction], count: int) -> Pair:
    """(p + 1, dummies) B, the target's last."""
    if measure is None or measure.factor is None:
        return np.zeros((1, count)), np.zeros((1, count))
    high, low = (np.ldexp(half, -measure.shifts) for half in (measure.factor.high, measure.factor.low))
    if not np.isfinite(high).all():
        raise NumericalError(
            _("the columns are so small that what is made of their squares leaves the range of a float64"),
            _("multiply them by powers of ten that bring them near 1"),
        )
    rows: list[Pair] = []
    for i in range(count, len(high)):
        left: Pair = (-high[i, :count], -low[i, :count])
        for j, done in enumerate(rows, count):
            left = subtract(left, multiply(_full(high[i, j], low[i, j], count), done))
        rows.append(divide(left, _full(high[i, i], low[i, i], count)))
    target = np.array([float(one) for one in exact]), np.array([float(one - Fraction(float(one))) for one in exact])
    total: Pair = (target[0][:count], target[1][:count])
    for j, row in enumerate(rows, count):
        total = add(total, multiply(_full(target[0][j], target[1][j], count), row))
    rows.append(total)
    return np.stack([one for one, __ in rows]), np.stack([one for __, one in rows])


def _rest(measure: Leverage | None, count: int) -> Leverage | None:
    """T of the columns beside all effects."""
    if measure is None or measure.factor is None or len(measure.shifts) == count:
        return None
    own = measure.factor
    factor = replace(own, high=own.high[count:, count:], low=own.low[count:, count:], shifts=own.shifts[count:])
    return leverage_of(factor, measure.shifts[count:])


def _full(high: float, low: float, count: int) -> Pair:
    return np.full(count, high), np.full(count, low)


@dataclass(frozen=True, eq=False)
class Dummies:
    """inner : beside the other categories        count : of dummies, its first columns

    ways : of each category how many levels it has, and which of the dummies each is, −1 for none
    """

    inner: Apart
    count: int
    ways: Sequence[tuple[int, Integers]]

    def beside(self, effects: Pair, B: Pair) -> Pair:
        """(p + 1, G) effects of a category less B times those on the dummies."""
        d = self.count
        total: Pair = (effects[0][d:], effects[1][d:])
        for j in range(d):
            own = effects[0][j][None], effects[1][j][None]
            total = subtract(total, multiply((B[0][:, j][:, None], B[1][:, j][:, None]), own))
        return total

    @cached_property
    def _tables(self) -> list[Matrix]:
        """Of each category (G, d) what its levels add to T_d d̃."""
        d, inner = self.count, self.inner
        T = np.zeros((0, 0)) if inner.measure is None else inner.measure.T[:d, :d]
        found = [-(T @ effects[0][:d]).T for effects in inner.effects]
        for levels, places in self.ways:
            own = np.zeros((levels, d))
            own[places >= 0] = T.T[places[places >= 0]]
            found.append(own)
        return [np.ascontiguousarray(one) for one in found]

    def share(self, codes: Sequence[Integers]) -> Pair:
        high, low = self.inner.share(codes[: len(self.inner.columns)])
        found, step = high.copy(), max(1, AT_ONCE // max(1, self.count))
        for start in range(0, len(found), step):
            part = slice(start, start + step)
            z = sum(table[own[part]] for table, own in zip(self._tables, codes))
            found[part] += np.einsum("ni,ni->n", z, z)
        return found, low if self.count == 0 else np.zeros(len(found))

    def explained(self, sums: Sequence[Vector]) -> float:
        z = sum((table.T @ own for table, own in zip(self._tables, sums)), np.zeros(self.count))
        return self.inner.explained(sums[: len(self.inner.columns)]) + float(z @ z)
