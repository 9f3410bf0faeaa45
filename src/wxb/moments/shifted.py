"""Sums of products about an origin, in doubles, which are what `precision="fast"` adds up; their integers when these are asked for.

    S = Σ w (z − c)(z − c)ᵀ        Σ w z zᵀ = S + c sᵀ + s cᵀ + c cᵀ Σw,   s = Σ w (z − c),   z_0 = 1, c_0 = 0

Of a thousand columns the integers take longer than the rows, and float64 solves S as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf, ldexp, sqrt
from typing import Any

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.moments import pairs
from wxb.moments.ledger import LateLedger, Ledger, as_integers
from wxb.moments.pairs import two_product, two_sum

UNIT, MANTISSA = 2.0**-53, 53


class ShiftedLedger(LateLedger):
    """origin : (m,) c        sums : (m, m) S, symmetric"""

    __slots__ = ("origin", "sums")

    def __init__(self, origin: Vector, sums: Matrix) -> None:
        super().__init__(lambda: _shifted_back(origin, sums))
        self.origin, self.sums = origin, sums

    @property
    def width(self) -> int:
        return len(self.origin)

    def value(self, i: int, j: int) -> tuple[int, int]:
        try:
            return object.__getattribute__(self, "integers")[i][j], self.exponents[i] + self.exponents[j]
        except AttributeError:  # not worked out for one number
            pass
        c, d = Fraction(float(self.origin[i])), Fraction(float(self.origin[j]))
        s, t, both, weight = (Fraction(float(self.sums[place])) for place in ((0, i), (0, j), (i, j), (0, 0)))
        found = both + c * t + d * s + c * d * weight
        return found.numerator, 1 - found.denominator.bit_length()

    def part(self, places: Sequence[int]) -> Ledger:
        if places[:1] != [0]:
            return super().part(places)
        return ShiftedLedger(self.origin[places], self.sums[np.ix_(places, places)])

    def __reduce__(self) -> tuple[Any, ...]:
        return ShiftedLedger, (self.origin, self.sums)


def about(ledger: Ledger, origin: Sequence[float], places: Sequence[int]) -> tuple[list[list[int]], list[int]]:
    """Σ w (z_i − c_i)(z_j − c_j) = N_ij 2^(u_i + u_j) of some columns, exactly; origin : c of these."""
    n, first = ledger.integers[0][0], ledger.exponents[0]
    moved = [Fraction(c) * Fraction(2) ** (first - ledger.exponents[i]) for c, i in zip(origin, places)]
    finer = [m.denominator.bit_length() - 1 for m in moved]
    steps = [m.numerator for m in moved]
    ones = [ledger.integers[0][i] for i in places]
    integers = [
        [
            (ledger.integers[i][j] << (finer[a] + finer[b]))
            - (steps[a] * ones[b] << finer[b])
            - (steps[b] * ones[a] << finer[a])
            + steps[a] * steps[b] * n
            for b, j in enumerate(places)
        ]
        for a, i in enumerate(places)
    ]
    return integers, [ledger.exponents[i] - f for i, f in zip(places, finer)]


def in_doubles(ledger: Ledger, origin: Sequence[float]) -> tuple[Matrix, Vector]:
    """(m, m) the sums about an origin, infinite beyond the range of doubles, and (m,) e: these are off by e_i e_j at most."""
    if isinstance(ledger, ShiftedLedger):
        if list(origin) == ledger.origin.tolist():
            return ledger.sums, np.zeros(ledger.width)
        if not any(origin):
            return _about_zero(ledger)
    integers, units = about(ledger, origin, range(ledger.width))
    sums, exact = np.empty((len(units), len(units))), True
    for i, (row, mine) in enumerate(zip(integers, units)):
        for j in range(i + 1):
            sums[i, j] = sums[j, i] = _as_double(row[j], mine + units[j])
        exact = exact and all(map(_is_double, row[: i + 1]))
    with np.errstate(invalid="ignore"):
        return sums, np.zeros(len(units)) if exact else np.sqrt(2 * UNIT * sums.diagonal())


def _as_double(value: int, exponent: int) -> float:
    """value · 2^exponent, to the last bit or nearly."""
    above = max(0, value.bit_length() - 900)
    try:
        return ldexp(float(value >> above), exponent + above)
    except OverflowError:
        return inf


def _is_double(value: int) -> bool:
    return not value or (value // (value & -value)).bit_length() <= MANTISSA


def _about_zero(ledger: ShiftedLedger) -> tuple[Matrix, Vector]:
    """Σ w z zᵀ, in pairs of doubles before they are rounded; e as `in_doubles` has it, for |s_i| ≤ √(Σw S_ii)."""
    c, s, weight = ledger.origin, ledger.sums[0], float(ledger.sums[0, 0])
    with np.errstate(over="ignore", invalid="ignore"):
        cross, rest = two_product(c[:, None], s[None, :])
        total = pairs.add(two_sum(ledger.sums, cross), (rest, np.zeros_like(rest)))
        total = pairs.add(total, (cross.T, rest.T))
        once, below = two_product(c, np.full_like(c, weight))
        square, rest = two_product(c[:, None], once[None, :])
        total = pairs.add(total, (square, rest + c[:, None] * below[None, :]))
        found = np.tril(total[0]) + np.tril(total[0], -1).T
        size = np.sqrt(ledger.sums.diagonal()) + np.abs(c) * sqrt(weight)
        return found, np.hypot(np.sqrt(2 * UNIT * np.abs(found.diagonal())), 2.0**-47 * size)


def _shifted_back(origin: Vector, symmetric: Matrix) -> Ledger:
    """Σ w z zᵀ as integers."""
    width = len(origin)
    sums, sums_exponent = as_integers(symmetric.ravel())
    shift, shift_exponent = as_integers(origin)
    s = [sums[i] for i in range(width)]
    # All on one unit: 2^exponent for sums, with shifts as integers of 2^shift_exponent.
    low = min(sums_exponent, sums_exponent + shift_exponent, sums_exponent + 2 * shift_exponent)
    once, twice = sums_exponent + shift_exponent - low, sums_exponent + 2 * shift_exponent - low
    weight = sums[0]
    integers = [
        [
            (sums[i * width + j] << (sums_exponent - low))
            + ((shift[i] * s[j] + shift[j] * s[i]) << once)
            + ((shift[i] * shift[j] * weight) << twice)
            for j in range(width)
        ]
        for i in range(width)
    ]
    if low % 2:
        integers, low = [[2 * v for v in row] for row in integers], low - 1
    return Ledger([low // 2] * width, integers)
