"""Rows seen from their own middle, in their own measure: z = T (x − x̄) with Σ w z zᵀ = 1, and how far each lies off the line.

    z̃ = (1/√Σw, T (x − x̄)),   Σ w z̃ z̃ᵀ = 1        h = w |z̃|²        e = y − θ₀ − θ·x        Cov = F′ (Σ v z̃ z̃ᵀ) F,   z̃ = F x̃

T is the inverse Cholesky factor of the exact moments, made in balls and rounded once (`wxb.leverage`); from rounded moments
Longley's HC3 has 8.6 digits. So a matrix of re-weighted rows is one of numbers near 1, and the covariance a matrix times its own
transpose: nothing is squared but what is near 1. e is one sum in pairs of doubles with the exact coefficients.

h is a sum of squares, so it keeps its digits however small it is, and is never what 1 − h leaves of 1. Where columns are so nearly
collinear that T (x − x̄) itself cancels (Filip), z is made in pairs of doubles; so is 1 − h of rows near leverage 1, of which there
are no more than coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.leverage import Leverage, not_above
from wxb.moments.kernels import Around, Kernel
from wxb.moments.pairs import Pair, add, full, multiply, pair_of, root_of, subtract
from wxb.solve import Solution

SMALL, LARGE = 2.0**-900, 2.0**900  # of what is squared
ROOT_LEAST, ROOT_MOST = 2.0**-500, 2.0**500  # of errors whose squares are a covariance
ALONE = 2.0**-30  # of 1 − h, beside several categories: what rounding leaves of 0
ORDINARY = 100  # bits that the size of z̃ is beside 1, up to which nothing of it leaves the range
NEAR = 2.0**-4  # of 1 − h: what float64 leaves of it is looked at again below


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rows:
    """n rows, whitened.

    numbers : (n,) of each row in the source        z : (k, n) z̃        left : (n,) e = y − H(x)        leverage : (n,) h
    rest : (n,) 1 − h, 0 or less of a row that alone decides a coefficient        weights, counts : (n,) or None for ones
    constant : whether z[0] is that of the intercept
    levels : (c, n) place of each row's level among those of all c categories that were eliminated, where such were
    """

    numbers: Integers
    z: Matrix
    left: Vector
    leverage: Vector
    rest: Vector
    weights: Vector | None = None
    counts: Vector | None = None
    constant: bool = True
    levels: Integers | None = None

    def __len__(self) -> int:
        return len(self.left)

    def at(self, rows: slice) -> Rows:
        """Some of them, copied."""
        weights, counts = (None if one is None else one[rows].copy() for one in (self.weights, self.counts))
        return Rows(
            numbers=self.numbers[rows].copy(),
            z=self.z[:, rows].copy(),
            left=self.left[rows].copy(),
            leverage=self.leverage[rows].copy(),
            rest=self.rest[rows].copy(),
            weights=weights,
            counts=counts,
            constant=self.constant,
            levels=None if self.levels is None else self.levels[:, rows].copy(),
        )

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """One after the other; at least one."""
        first = parts[0]
        if len(parts) == 1:
            return first
        return cls(
            numbers=np.concatenate([one.numbers for one in parts]),
            z=np.concatenate([one.z for one in parts], axis=1),
            left=np.concatenate([one.left for one in parts]),
            leverage=np.concatenate([one.leverage for one in parts]),
            rest=np.concatenate([one.rest for one in parts]),
            weights=None if first.weights is None else np.concatenate([_there(one.weights) for one in parts]),
            counts=None if first.counts is None else np.concatenate([_there(one.counts) for one in parts]),
            constant=first.constant,
            levels=None if first.levels is None else np.concatenate([_there(one.levels) for one in parts], axis=1),
        )


def _there(values: Any) -> Any:
    assert values is not None
    return values


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Whitening:
    """The view of k kept coefficients' rows.

    places : of their columns among the features        around : x̄, T, and −θ beside the target's 1
    level : 1/Σw exactly, None without an intercept        back : (k, k) F′, one row a coefficient
    fine : T as pairs, in the columns' own units        in_pairs : whether float64 does not do
    levels : how many were eliminated, of each category: rows come less the effects of their levels (`wxb.passes.within`), and
        after their target stand the share of the levels and their places; k are the coefficients left then
    faint : whether the squares of e, which is not 0, are so small that sums of them may be
    """

    places: tuple[int, ...]
    around: Around
    level: Fraction | None
    back: Matrix
    fine: tuple[Matrix, Matrix]
    in_pairs: bool
    levels: tuple[int, ...] = ()
    unit: float = 1.0
    faint: bool = False

    @classmethod
    def of(cls, solution: Solution) -> Whitening:
        if solution.eliminated is not None:
            return cls._within(solution)
        layout = solution.layout
        columns = [layout.columns[i] for i in solution.kept if layout.columns[i] > 0]
        measure = Leverage.of(solution.moments, columns, intercept=layout.intercept)
        fine = _in_own_units(measure, [solution.names[i] for i in solution.kept if layout.columns[i] > 0])
        means = np.array([pair_of(mean) for mean in measure.means]).reshape(-1, 2).T.copy()
        level = None if measure.weight is None else 1 / measure.weight
        if level is not None and not SMALL < level < LARGE:
            raise NumericalError(
                _("the weights are so small that their sum's inverse leaves the range of a float64")
                if level > 1
                else _("the weights are so large that their sum's inverse leaves the range of a float64"),
                _("multiply all of them by the same number: the line stays as it is"),
            )
        theta = [-solution.exact[i] for i in solution.kept]
        line = [Fraction(0), *theta, Fraction(1)] if level is None else [*theta, Fraction(1)]
        return cls(
            places=tuple(column - 1 for column in columns),
            around=Around(means, fine[0], np.array([pair_of(value) for value in line]).T.copy()),
            level=level,
            back=_back(fine, measure.means, level),
            fine=fine,
            in_pairs=measure.cancels(),
            unit=_unit(solution),
            faint=0 < solution.rss < SMALL,
        )

    @classmethod
    def _within(cls, solution: Solution) -> Whitening:
        """Where the levels of categories were eliminated: columns left are seen beside the effects of the rows' own levels."""
        assert solution.eliminated is not None
        apart = solution.eliminated.apart
        p = len(apart.places)
        measure = apart.measure or Leverage(None, np.empty(0, dtype=np.int64), (), None, np.empty((0, 0)))
        fine = _in_own_units(measure, [solution.names[i] for i in apart.places])
        line = [Fraction(0), *(-solution.exact[i] for i in apart.places), Fraction(1)]
        return cls(
            places=tuple(range(p)),
            around=Around(np.zeros((2, p)), fine[0], np.array([pair_of(value) for value in line]).T.copy()),
            level=None,
            back=fine[0].T.copy(),
            fine=fine,
            in_pairs=measure.cancels(),
            unit=_unit(solution),
            levels=apart.sizes,
            faint=0 < solution.rss < SMALL,
        )

    @property
    def width(self) -> int:
        """k kept coefficients."""
        return len(self.back)

    def covariance(self, middle: Matrix) -> Matrix:
        """(k, k) F′ M F of a symmetric matrix (k, k) that is no less than 0, as a product of a matrix with itself.

        M is divided by its own scale: where weights are far apart, eigenvalues round what is small in it away.
        """
        sizes = np.sqrt(np.abs(middle.diagonal()))
        self.refuse_out_of_range(sizes.max(initial=0.0))
        sizes[sizes == 0] = 1.0
        values, vectors = np.linalg.eigh((middle + middle.T) / 2 / sizes / sizes[:, None])
        half = (self.back * sizes) @ (vectors * np.sqrt(np.maximum(values, 0.0)))
        return half @ half.T

    def whole(self, middle: Matrix) -> Matrix | None:
        """M as errors at a row take it (`wxb.leverage`), None where levels were eliminated."""
        return None if self.levels else (middle + middle.T) / 2

    def refuse_out_of_range(self, size: float) -> None:
        """NumericalError where variances of coefficients, whose whitened ones are about size², are no float64."""
        sizes = np.abs(self.back).max(axis=1, initial=0.0) * size
        lost = size < ROOT_LEAST and self.faint
        if lost or (size and not ((sizes > ROOT_LEAST) & (sizes < ROOT_MOST)).all()):
            raise NumericalError(
                _("the squares of the errors leave the range of a float64"),
                _("divide the columns or the target by powers of ten"),
            )

    def rows(
        self,
        numbers: Integers,
        columns: Sequence[Vector],
        rests: Mapping[int, Vector],
        kernel: Kernel,
        weights: Vector | None = None,
        counts: Vector | None = None,
    ) -> Rows:
        """Rows of the features (n,) each and their target, the last; rests : what doubles leave of some of these."""
        more = (
            1 + len(self.levels) if self.levels else 0
        )  # beyond the target: the share of the levels, and their places
        chosen = [*self.places, len(columns) - 1 - more]
        some = [columns[j] for j in chosen]
        few = {i: rests[j] for i, j in enumerate(chosen) if j in rests}
        offset = self.width - len(self.places)
        z, size, left = np.empty((self.width, len(numbers))), np.empty(len(numbers)), np.empty(len(numbers))
        kernel.whiten(some, few, self.around, z[offset:], size, left)
        if self.in_pairs:
            fine = self._fine(some, few)
            z[offset:] = [high for high, __ in fine]
            size = sum((one * one for one in z[offset:]), np.zeros(len(numbers)))
        if self.level is not None:
            z[0] = float(self.level) ** 0.5
            size += float(self.level)
        share: Pair | None = (columns[-more], rests[len(columns) - more]) if more else None
        if share is not None:
            size += share[0]
        leverage = size if weights is None else np.multiply(weights, size, out=size)
        rest = 1.0 - leverage
        near = not_above(rest, NEAR)
        if len(near):
            own = share and (share[0][near], share[1][near])
            rest[near] = self._rest([c[near] for c in some], {i: r[near] for i, r in few.items()}, weights, near, own)
        seen: Any = {"weights": weights, "counts": counts, "constant": self.level is not None}
        if len(self.levels) > 1:  # where the share is one of doubles
            rest[rest < ALONE] = 0.0
        leverage[near] = 1.0 - np.maximum(rest[near], 0.0)
        levels = np.array(columns[1 - more :], dtype=np.int64) if more else None
        return Rows(numbers=numbers, z=z, left=left, leverage=leverage, rest=rest, levels=levels, **seen)

    def seen(
        self,
        columns: Sequence[Vector],
        rests: Mapping[int, Vector],
        kernel: Kernel,
        z: Vector,
        size: Vector,
        left: Vector,
    ) -> None:
        """|z̃|² and y − H(x) of rows in float64, into arrays that are there; of lines without levels that were eliminated.

        z : (k n,) of any value, and afterwards too
        """
        chosen = [*self.places, len(columns) - 1]
        few = {i: rests[j] for i, j in enumerate(chosen) if j in rests}
        inner = z[: len(self.places) * len(left)].reshape(len(self.places), len(left))
        kernel.whiten([columns[j] for j in chosen], few, self.around, inner, size, left)
        if self.level is not None:
            size += float(self.level)

    def pairs(self, columns: Sequence[Vector], rests: Mapping[int, Vector]) -> tuple[list[Pair], Pair]:
        """z̃ and e of rows in pairs of doubles, for sums of them that cancel; columns and rests as of `rows`."""
        chosen = [*self.places, len(columns) - 1 - (1 + len(self.levels) if self.levels else 0)]
        some, few = [columns[j] for j in chosen], {i: rests[j] for i, j in enumerate(chosen) if j in rests}
        zeros = np.zeros(len(some[-1]))
        left = full(self.around.theta[:, 0], len(zeros))
        for j, column in enumerate(some):
            number = np.ascontiguousarray(column), few.get(j, zeros)
            left = add(left, multiply(number, full(self.around.theta[:, j + 1], len(zeros))))
        first = [] if self.level is None else [full(root_of(self.level), len(zeros))]
        return [*first, *self._fine(some, few)], left

    def _fine(self, columns: Sequence[Vector], rests: Mapping[int, Vector]) -> list[Pair]:
        """z in pairs of doubles."""
        zeros = np.zeros(len(columns[0]))
        high, low = self.fine
        u = [
            subtract(
                (np.ascontiguousarray(columns[j]), rests.get(j, zeros)), full(self.around.centre[:, j], len(zeros))
            )
            for j in range(len(self.places))
        ]
        found: list[Pair] = []
        for i in range(len(u)):
            total: Pair = (zeros, zeros)
            for j in range(i + 1):
                total = add(total, multiply(u[j], full((high[i, j], low[i, j]), len(zeros))))
            found.append(total)
        return found

    def _rest(
        self,
        columns: Sequence[Vector],
        rests: Mapping[int, Vector],
        weights: Vector | None,
        near: Integers,
        share: Pair | None,
    ) -> Vector:
        """1 − h of some rows, in pairs of doubles. share : 1/w of their levels"""
        zeros = np.zeros(len(near))
        total = share or full(pair_of(self.level or Fraction(0)), len(near))
        for one in self._fine(columns, rests):
            total = add(total, multiply(one, one))
        if weights is not None:
            total = multiply(total, (weights[near], zeros))
        return subtract((zeros + 1.0, zeros), total)[0]


def _unit(solution: Solution) -> float:
    """Near 1/√Σw, where that is far from 1."""
    number, exponent = solution.moments.ledger.value(0, 0)
    half = -(number.bit_length() + exponent) // 2
    return 2.0**half if abs(half) > ORDINARY else 1.0


def _in_own_units(measure: Leverage, names: Sequence[str]) -> tuple[Matrix, Matrix]:
    """T as pairs; NumericalError where it is beyond the range of doubles."""
    if measure.factor is None:
        return np.empty((0, 0)), np.empty((0, 0))
    with np.errstate(over="ignore", under="ignore"):
        high, low = np.ldexp(measure.factor.high, -measure.shifts), np.ldexp(measure.factor.low, -measure.shifts)
    size = np.abs(high.diagonal())
    if bad := np.flatnonzero(~((size > SMALL) & (size < LARGE))).tolist():
        raise NumericalError(
            _(
                "the numbers of `{names}` are so large or so small that their squares leave the range of a float64",
                names=names[bad[0]],
            ),
            _("multiply the column by a power of ten that brings it near 1"),
        )
    return np.ascontiguousarray(high), np.ascontiguousarray(low)


def _back(fine: tuple[Matrix, Matrix], means: Sequence[Fraction], level: Fraction | None) -> Matrix:
    """F′ (k, k): Tᵀ, and with an intercept (1/√Σw, −(T x̄)ᵀ) above it, rounded once."""
    high, low = fine
    if level is None:
        return high.T.copy()
    p = len(means)
    back = np.zeros((p + 1, p + 1))
    back[0, 0], back[1:, 1:] = float(level) ** 0.5, high.T
    for i in range(p):
        parts = zip(high[i, : i + 1].tolist(), low[i, : i + 1].tolist(), means)
        back[0, i + 1] = -float(sum(((Fraction(a) + Fraction(b)) * mean for a, b, mean in parts), Fraction(0)))
    return back
