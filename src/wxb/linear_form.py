"""Σ θ_j z_j for many rows, as exact as what it is made of: float64 where that is proven enough, else more.

    |fl(Σ θ_j z_j) − Σ θ_j z_j| ≤ (k + 4) u Σ |θ_j z_j|        u = 2^−53, for coefficients and values rounded to doubles too

    plain     float64 with this bound beside it; rows whose bound is more than 2^−42 of the value go on
    pairs     the same sum in pairs of doubles, with the coefficients' and the values' second doubles
    whole     where pairs still cancel, in Python's integers: the value is rounded once

So a line of x near 2^62, or of powers up to ten, gives at least twelve digits of what its exact coefficients say. Rejected: pairs
for every row (twenty times the work, and most lines do not cancel).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import inf, lcm
from operator import mul

import numpy as np

from wxb._typing import Integers, Marks, Vector
from wxb.moments.ledger import as_integers
from wxb.moments.pairs import Pair, add, multiply

Exact = Callable[[], Sequence[Fraction]]

UNIT = 2.0**-53
ENOUGH = 2.0**-42  # of a value: what float64 may lose
PAIR_UNIT = 2.0**-100  # of an operation on pairs
PAIR_ENOUGH = 2.0**-52
LEAST = 2.0**-900  # products below may have lost bits at the end of the range
ROWS = 8192  # at a time, to stay in the cache


def evaluate(columns: Sequence[Vector], lows: Mapping[int, Vector], theta: Vector, exact: Exact) -> Vector:
    """(m,) Σ θ_j z_j of k columns, an unevaluated sum `columns[j] + lows[j]` each.

    theta : (k,) coefficients as float64        exact : gives the k exact ones, when a row asks for them

    A row with a value that is not finite gets what float64 makes of it; a sum beyond the range is infinite.
    """
    rows = len(columns[0])
    value = np.empty(rows)
    doubtful = np.zeros(rows, dtype=np.bool_)
    with np.errstate(all="ignore"):
        for start in range(0, rows, ROWS):
            piece = slice(start, start + ROWS)
            doubtful[piece] = _plain([c[piece] for c in columns], theta, value[piece])
        places = np.flatnonzero(doubtful)
        if len(places):
            finite = np.ones(len(places), dtype=np.bool_)
            for column in columns:
                finite &= np.isfinite(column[places])
            _refine(columns, lows, exact, value, places[finite])
    return value


def _plain(columns: Sequence[Vector], theta: Vector, out: Vector) -> Marks:
    """Σ θ_j z_j into `out` → (m,) rows that float64 does not decide."""
    out[:] = 0.0
    size, term = np.zeros(len(out)), np.empty(len(out))
    for column, factor in zip(columns, theta.tolist()):
        np.multiply(column, factor, out=term)
        np.add(out, term, out=out)
        np.abs(term, out=term)
        np.add(size, term, out=size)
    bound = size * ((len(theta) + 4) * UNIT / ENOUGH)
    return ~(bound <= np.abs(out)) | ((size < LEAST) & (size > 0))


def _refine(
    columns: Sequence[Vector], lows: Mapping[int, Vector], exact: Exact, value: Vector, places: Integers
) -> None:
    """Values at `places`, in pairs or whole."""
    coefficients = list(exact())
    pairs = [_pair(c) for c in coefficients]
    for start in range(0, len(places), ROWS):
        at = places[start : start + ROWS]
        numbers = [c[at] for c in columns]
        rests = [lows[j][at] if j in lows else None for j in range(len(columns))]
        found, sure = _paired(numbers, rests, pairs)
        value[at] = found
        left = np.flatnonzero(~sure)
        if len(left):
            parts = [(n[left], None if r is None else r[left]) for n, r in zip(numbers, rests)]
            value[at[left]] = _whole(parts, coefficients)


def _pair(value: Fraction) -> tuple[float, float]:
    """The nearest double and the nearest of what it leaves; NaN beyond the range, which no row passes."""
    try:
        high = float(value)
        return high, float(value - Fraction(high))
    except OverflowError:
        return float("nan"), 0.0


def _paired(
    numbers: Sequence[Vector], rests: Sequence[Vector | None], pairs: Sequence[tuple[float, float]]
) -> tuple[Vector, Marks]:
    """(m,) the sum in pairs of doubles, and whether its bound decides it."""
    zeros = np.zeros(len(numbers[0]))
    total: Pair = (zeros, zeros)
    size = np.zeros(len(zeros))
    for number, rest, (high, low) in zip(numbers, rests, pairs):
        if high == 0:
            continue
        term = multiply(
            (number, zeros if rest is None else rest), (np.full(len(zeros), high), np.full(len(zeros), low))
        )
        total = add(total, term)
        size += np.abs(term[0])
    bound = (2 * len(pairs) + 2) * PAIR_UNIT * size
    return total[0], (bound <= PAIR_ENOUGH * np.abs(total[0])) & ((size > LEAST) | (size == 0)) & np.isfinite(size)


def _whole(parts: Sequence[tuple[Vector, Vector | None]], coefficients: Sequence[Fraction]) -> list[float]:
    """The sum in integers, rounded once."""
    common = lcm(*(c.denominator for c in coefficients))
    columns: list[list[int]] = []
    factors: list[int] = []
    exponents: list[int] = []
    for (values, rest), coefficient in zip(parts, coefficients):
        for numbers in (values,) if rest is None else (values, rest):
            whole, exponent = as_integers(numbers)
            columns.append(whole)
            exponents.append(exponent)
            factors.append(coefficient.numerator * (common // coefficient.denominator))
    least = min(exponents)
    factors = [f << (e - least) for f, e in zip(factors, exponents)]
    scale = Fraction(2) ** least / common
    return [_rounded(sum(map(mul, factors, row)) * scale) for row in zip(*columns)]


def _rounded(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf
