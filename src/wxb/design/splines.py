"""Splines as polynomials between knots: B-splines, and natural cubic splines as R's `ns` has them.

Between two knots each function is a polynomial in x − (the knot before), worked out from the recursion of Cox and de Boor in
rational numbers and rounded once. Outside of the outer knots B-splines go on as they are there, natural ones as straight lines.

    bs(x, df)    df − degree inner knots at equal quantiles; the first function is left out, for the intercept has it
    ns(x, df)    df − 1 inner knots; second derivatives are 0 at the outer ones, by the QR decomposition that R takes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from wxb._typing import Matrix, Vector

Polynomial = list[Fraction]


@dataclass(frozen=True, slots=True)
class Splines:
    """breaks (s − 1,) : knots between stretches        starts (s,) : where each is counted from

    table (j, s, degree + 1) : coefficients of each function in each stretch, constant first
    """

    breaks: Vector
    starts: Vector
    table: Matrix

    @classmethod
    def of(cls, kind: str, knots: Sequence[float], degree: int) -> Splines:
        """knots : the outer ones first and last."""
        table = _b_splines(knots, degree)[1:]
        starts = np.array(knots[:-1])
        if kind == "bs":
            return cls(np.array(knots[1:-1]), starts, table)
        table = _natural(table, knots[-1] - knots[-2])
        low, high = _line(table[:, 0], 0.0), _line(table[:, -1], knots[-1] - knots[-2])
        table = np.concatenate([low[:, None], table, high[:, None]], axis=1)
        return cls(np.array(knots), np.array([knots[0], *knots]), table)

    def values(self, x: Vector) -> Matrix:
        """(j, n) of each function."""
        place = np.searchsorted(self.breaks, x, side="right")
        u = x - self.starts[place]
        found = np.empty((len(self.table), len(x)))
        for row, stretches in zip(found, self.table):
            value = stretches[place, -1]
            for power in range(stretches.shape[1] - 2, -1, -1):
                value = value * u + stretches[place, power]
            row[:] = value
        return found


def inner(kind: str, df: int, degree: int) -> int:
    """How many inner knots give so many functions."""
    return df - degree if kind == "bs" else df - 1


def count(kind: str, inner_knots: int, degree: int) -> int:
    """How many functions so many inner knots give."""
    return inner_knots + degree if kind == "bs" else inner_knots + 1


def _b_splines(knots: Sequence[float], degree: int) -> Matrix:
    """(j, s, degree + 1) all B-splines, as polynomials in each stretch."""
    exact = [Fraction(knot) for knot in knots]
    t = [*[exact[0]] * degree, *exact, *[exact[-1]] * degree]
    table = np.zeros((len(knots) + degree - 1, len(knots) - 1, degree + 1))
    for stretch in range(len(knots) - 1):
        here = stretch + degree
        found: dict[int, Polynomial] = {here: [Fraction(1)]}
        for order in range(1, degree + 1):
            found = {j: _next(found, t, j, order, t[here]) for j in range(here - order, here + 1)}
        for j, polynomial in found.items():
            table[j, stretch] = [float(one) for one in polynomial]
    return table


def _next(found: dict[int, Polynomial], t: Sequence[Fraction], j: int, order: int, start: Fraction) -> Polynomial:
    """One step of the recursion, in u = x − start."""
    total = [Fraction(0)] * (order + 1)
    for place, one, other, sign in ((j, t[j], t[j + order], 1), (j + 1, t[j + order + 1], t[j + 1], -1)):
        if place in found:  # sign · (x − one) / (sign · (other − one)) times the one of the order before
            for power, factor in enumerate(found[place]):
                share = factor / (other - one) if sign > 0 else factor / (one - other)
                total[power] += share * (start - one) * sign
                total[power + 1] += share * sign
    return total


def _natural(table: Matrix, last: float) -> Matrix:
    """Combinations whose second derivative is 0 at the outer knots."""
    ends = np.column_stack([2 * table[:, 0, 2], 2 * table[:, -1, 2] + 6 * last * table[:, -1, 3]])
    q = np.linalg.qr(ends, mode="complete")[0]
    return np.einsum("jsp,jc->csp", table, q[:, 2:])


def _line(polynomials: Matrix, at: float) -> Matrix:
    """(j, 4) the straight lines that touch cubics at a place, counted from there."""
    a, b, c, d = polynomials.T
    return np.column_stack([a + at * (b + at * (c + at * d)), b + at * (2 * c + 3 * at * d), 0 * a, 0 * a])
