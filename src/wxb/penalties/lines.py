"""Lines of many λ in pairs of doubles: by the compiled walk (`c/`) where it is there, else in float64, those of a ridge refined.

    minimise  uᵀAu − 2 aᵀu + Σ_j r_j u_j² + 2 h_j |u_j|        r_j = λ₂ f_j s_j²        h_j = ½ λ₁ f_j s_j

A and a are exact sums rounded to pairs. Among nearly collinear columns a line in float64 loses as many digits as the matrix has in
its condition. A pair has 32 to lose from, so columns may agree to 8 digits and none of a double is lost; those that agree to 12
count as collinear here, and their gap is what they differ by. Columns are measured by powers of two, which rounds nothing and keeps
squares of numbers of any size in the range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Marks, Matrix, Vector
from wxb.moments.pairs import add, multiply, two_product
from wxb.penalties.lasso import shrunk
from wxb.penalties.ridge import Directions

Pairs = NDArray[np.float64]  # (2, …) what doubles hold, and what they leave

NARROW = 64  # columns up to which the lines of a ridge are solved one by one, beyond it from one eigendecomposition
MOST_REFINED = 8  # times that these are refined
SETTLED = 2.0**-60  # of each coefficient, what the last refinement may still change
EXPONENT = 900
LARGEST = 2.0**EXPONENT  # of a penalty in powers of two: beyond it nothing is left of a coefficient


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """weights (2, L, p) : W of each λ as pairs        freedom (L,) : effective, without b; NaN where it was not asked for"""

    weights: Pairs
    freedom: Vector


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """square (2, p, p), cross (2, p) : A, a in powers of two        own (p,), target : which powers        unit (p,) : s in them"""

    square: Pairs
    cross: Pairs
    own: Integers
    target: int
    unit: Vector

    @classmethod
    def of(cls, moments: Pairs, unit: Vector) -> Problem:
        """moments : (2, p + 1, p + 1) centred, of the terms and the target        unit (p,) : s"""
        powers = powers_of(moments[0].diagonal())
        scaled = np.ldexp(moments, -(powers[:, None] + powers))
        return cls(
            square=np.ascontiguousarray(scaled[:, :-1, :-1]),
            cross=np.ascontiguousarray(scaled[:, :-1, -1]),
            own=powers[:-1],
            target=int(powers[-1]),
            unit=np.ldexp(unit, -powers[:-1]),
        )

    def shrunk(self, l1: Vector, l2: Vector, factors: Vector, positive: bool, free: bool) -> Lines:
        """Of a lasso, or of what may not be negative.

        l1, l2 (L,) : λ        factors (p,) : f        free : whether freedom is wanted
        """
        halves, by_l1 = _in_range(l1, -self.target - 1, product_of(factors, self.unit))
        l2, by_l2 = _in_range(l2, 0, self._by_l2(factors))
        count, width = len(l1), len(factors)
        found, freedom = np.zeros((2, count, width)), np.full(count, np.nan)
        compiled = _compiled()
        if compiled is None or not width:
            half, ridge = _outer(halves, by_l1)[0], _outer(l2, by_l2)[0]
            found[0], __ = shrunk(self.square[0], self.cross[0], 2 * half, ridge, positive)
            freedom = _freedom(self.square[0], ridge, found[0]) if free else freedom
        else:
            arrays = halves, l2, by_l1, by_l2, found, np.empty(count), freedom
            compiled.walk(width, count, positive, free, self.square, self.cross, *arrays)
        return Lines(weights=self._in_data(found), freedom=freedom)

    def ridges(self, l2: Vector, factors: Vector, free: bool) -> Lines:
        """Of a ridge: where the rows and the penalty say nothing of a direction, what stands in it is 0."""
        count, width = len(l2), len(factors)
        found, freedom, open_ = np.zeros((2, count, width)), np.full(count, np.nan), np.ones(count, dtype=np.bool_)
        if self._many:
            found, freedom, open_ = self._decomposed(l2, factors)
        if open_.any() and self._one_by_one(l2, factors, found, freedom, open_, free) and not self._many:
            plain, own, __ = self._decomposed(l2, factors)
            found[:, open_], freedom[open_] = plain[:, open_], own[open_]
        return Lines(weights=self._in_data(found), freedom=freedom)

    @property
    def _many(self) -> bool:
        return len(self.own) > NARROW or _compiled() is None

    def _one_by_one(self, l2: Vector, factors: Vector, found: Pairs, freedom: Vector, open_: Marks, free: bool) -> bool:
        """Solve the open ones; whether some are left, of which the columns are collinear."""
        compiled, places, width = _compiled(), np.flatnonzero(open_), len(self.own)
        if compiled is None or not width:
            return bool(width)
        some, failed, own = np.zeros((2, len(places), width)), np.empty(len(places)), np.full(len(places), np.nan)
        asked = _in_range(l2[places], 0, self._by_l2(factors))
        compiled.ridges(width, len(places), free, self.square, self.cross, *asked, some, failed, own)
        solved = failed == 0
        found[:, places[solved]], freedom[places[solved]] = some[:, solved], own[solved]
        open_[places[solved]] = False
        return bool(open_.any())

    def _decomposed(self, l2: Vector, factors: Vector) -> tuple[Pairs, Vector, Marks]:
        """W of one eigendecomposition, refined by residuals in pairs; freedom (L,), and which (L,) have not settled."""
        directions = Directions.of(self.square[0] / self.unit / self.unit[:, None], factors)
        gains, basis = directions.gains(l2), directions.basis / self.unit[:, None]
        ridge = _outer(*_in_range(l2, 0, self._by_l2(factors)))
        found, open_ = np.zeros(ridge.shape), np.ones(len(l2), dtype=np.bool_)
        for __ in range(MOST_REFINED):
            taken = add(pair(products(self.square, found)), multiply(pair(ridge), pair(found)))
            rest, ___ = add(pair(self.cross[:, None, :]), (-taken[0], -taken[1]))
            step = (gains * (rest @ basis)) @ basis.T
            found = np.array(add(pair(found), (step, np.zeros_like(step))))
            open_ = ~(np.abs(step) <= SETTLED * np.abs(found[0])).all(axis=1)
            if not open_.any():
                break
        return found, directions.freedom(l2), open_

    def _by_l2(self, factors: Vector) -> Pairs:
        return product_of(factors, self.unit, self.unit)

    def _in_data(self, found: Pairs) -> Pairs:
        with np.errstate(over="ignore"):
            return np.ldexp(found, self.target - self.own)


def _in_range(values: Vector, power: int, each: Pairs) -> tuple[Vector, Pairs]:
    """λ 2^power (L,), and what is multiplied by it (2, p): products stay, neither is beyond LARGEST where both can be."""
    beyond, large = (int(np.frexp(some.max(initial=0.0))[1]) - EXPONENT for some in (values, each[0]))
    over = max(beyond + power, -max(large, 0))
    with np.errstate(over="ignore"):
        each = np.ldexp(each, over)
    return np.ldexp(values, power - over), np.where(np.isfinite(each[0]), each, [[LARGEST], [0.0]])


def powers_of(squares: Vector) -> Integers:
    """(p,) powers of two near the roots, 0 of what is 0."""
    return np.where(squares > 0, np.frexp(squares)[1] // 2, 0)


def product_of(*numbers: Any) -> Pairs:
    """(2, p) the product of doubles, exact of two, rounded to a pair of more."""
    high, low = two_product(*(np.asarray(one, dtype=np.float64) for one in numbers[:2]))
    for one in numbers[2:]:
        high, low = multiply((high, low), (one, np.zeros_like(one)))
    return np.array([high, low])


def products(square: Pairs, given: Pairs) -> Pairs:
    """(2, L, p) given (2, L, p) times a symmetric matrix (2, p, p)."""
    count, width = given.shape[1:]
    out, compiled = np.zeros((2, count, width)), _compiled()
    if compiled is not None and count and width:
        compiled.products(width, count, np.ascontiguousarray(square), np.ascontiguousarray(given), out)
        return out
    for k in range(width):
        out[:] = add(pair(out), multiply(pair(given[:, :, k, None]), pair(square[:, k])))
    return out


def costs(square: Pairs, lines: Pairs, apart: Pairs) -> tuple[Vector, Vector]:
    """(L,) (wᵀ d)² + wᵀ C w of each line w, and what may have cancelled in it, or more.

    square (2, q, q) : C        lines (2, L, q)        apart (2, q) : d
    """
    count, width = lines.shape[1:]
    out, lost, compiled = np.zeros(count), np.zeros(count), _compiled()
    if compiled is not None and count:
        compiled.costs(width, count, square, lines, apart, np.empty((2, width)), out, lost)
        return out, lost**2
    level = sums(np.array(multiply(pair(lines), pair(apart[:, None, :]))))
    inside = sums(np.array(multiply(pair(lines), pair(products(square, lines)))))
    out = add(multiply(pair(level), pair(level)), pair(inside))[0]
    return out, (np.abs(lines[0]) @ (np.sqrt(square[0].diagonal()) + np.abs(apart[0]))) ** 2


def sums(terms: Pairs) -> Pairs:
    """(2, L) sums of (2, L, p) along the last axis."""
    out = np.zeros(terms.shape[:-1])
    for k in range(terms.shape[-1]):
        out[:] = add(pair(out), pair(terms[..., k]))
    return out


def pair(numbers: Pairs) -> tuple[Any, Any]:
    """As `wxb.moments.pairs` takes them."""
    return numbers[0], numbers[1]


def _outer(values: Vector, factors: Pairs) -> Pairs:
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.array(multiply((values[:, None], np.zeros((len(values), 1))), pair(factors[:, None, :])))
    large = ~(found[0] <= LARGEST)
    found[0][large], found[1][large] = LARGEST, 0.0
    return found


def _freedom(square: Matrix, ridge: Matrix, lines: Matrix) -> Vector:
    """(L,) of the columns that stand in each line, in float64."""
    out = np.zeros(len(lines))
    for i, (line, own) in enumerate(zip(lines, ridge)):
        there = np.flatnonzero(line)
        if len(there):
            directions = Directions.of(square[np.ix_(there, there)], np.where(own[there] > 0, own[there], 0.0))
            out[i] = directions.freedom(np.ones(1))[0]
    return out


def _compiled() -> Any:
    """The extension, None where there was no C compiler."""
    try:
        import wxb.penalties._walk as walk
    except ImportError:
        return None
    return walk
