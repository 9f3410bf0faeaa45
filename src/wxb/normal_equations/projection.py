"""Two-stage least squares from the sums of products alone, in balls as wide as they must be.

    P = (ZᵀZ)⁻¹ ZᵀX,   X̂ = Z P        G = X̂ᵀX̂ = XᵀZ P,   g = X̂ᵀy = Pᵀ Zᵀy        θ = G⁻¹ g        e = y − X θ

    rss        eᵀe with the true X
    explained  eᵀ Z (ZᵀZ)⁻¹ Zᵀ e, what the instruments explain of e; 0 when they are just as many as needed
    alone      what the exogenous columns leave of the products EᵀE of the endogenous ones: `told` by Z, and what it has `left`
    gain       by how much Σe² of y on X falls when X̂_E joins X (Wu–Hausman); None where X̂_E adds no direction to X

M holds all products of all columns as integers; z, x and e are places in it, y its last. What is nothing beside what it was
formed from (a line through every row) passes as 0. ZᵀZ and ZᵀX must be of full rank, which the caller has decided exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat, ctx, fmpz_mat

from wxb.normal_equations.scaled import COEFFICIENT_BITS, dyadic_fraction, half_bits

START_BITS, MOST_BITS = 384, 6144
NOTHING = -300  # log2 of what passes as 0 beside what it was formed from

Rows = list[list[Fraction]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """In the units of the integers: gram G (k, k), right g (k,), theta (k,); alone, told, left (m, m) of m endogenous columns.

    loads : (m, columns of Z) of each endogenous x̂
    """

    gram: Rows
    right: list[Fraction]
    theta: list[Fraction]
    rss: Fraction
    explained: Fraction
    alone: Rows
    told: Rows
    left: Rows
    loads: Rows
    gain: Fraction | None


def full_rank(M: Sequence[Sequence[int]], rows: Sequence[int], columns: Sequence[int]) -> bool:
    """Whether the products of these columns with those have as many directions as there are columns."""
    return int(fmpz_mat([[M[i][j] for j in columns] for i in rows]).rank()) == len(columns)


def project(M: Sequence[Sequence[int]], z: Sequence[int], x: Sequence[int], e: Sequence[int]) -> Projection:
    """Of y, the last column of M, on X by way of Z; e : the endogenous among x."""
    exogenous = [place for place in x if place not in set(e)]
    bits = START_BITS
    while True:
        with ctx.workprec(bits):
            try:
                found = _Attempt(M).made(z, x, e, exogenous, last=bits >= MOST_BITS)
            except ZeroDivisionError:
                found = None
        if found is not None:
            return found
        bits *= 2


class _Attempt:
    """At the present precision."""

    def __init__(self, M: Sequence[Sequence[int]]) -> None:
        self.M = M
        self.scales = [half_bits(row[i]) for i, row in enumerate(M)]
        self.unsure = False

    def made(
        self, z: Sequence[int], x: Sequence[int], e: Sequence[int], exogenous: Sequence[int], *, last: bool
    ) -> Projection | None:
        y = [len(self.M) - 1]
        A, B, c = self.block(z, z), self.block(z, x), self.block(z, y)
        P = A.solve(B)
        G, g = B.transpose() * P, P.transpose() * c
        theta = G.solve(g)
        XX, Xy, yy = self.block(x, x), self.block(x, y), self.block(y, y)[0, 0]
        rss = yy - (theta.transpose() * (Xy * 2 - XX * theta))[0, 0]
        r = c - B * theta
        explained = (r.transpose() * A.solve(r))[0, 0]
        whole, first, base = self.block(e, e), self.explained(z, e), self.explained(exogenous, e)
        places = [list(x).index(place) for place in e]
        found = Projection(
            gram=self.rows(G, x, x),
            right=[row[0] for row in self.rows(g, x, y)],
            theta=[self.middle(theta[i, 0], self.scales[-1] - self.scales[place], 1) for i, place in enumerate(x)],
            rss=self.middle(rss, 2 * self.scales[-1], yy),
            explained=self.middle(explained, 2 * self.scales[-1], rss if not rss.contains(0) else yy),
            alone=self.rows(whole - base, e, e),
            told=self.rows(first - base, e, e),
            left=self.rows(whole - first, e, e),
            loads=[self.loads(P, i, place, z) for i, place in zip(places, e)],
            gain=None,
        )
        gain = _gain(G, g, XX, Xy, places)
        known = gain is not None and (
            gain.rel_accuracy_bits() > COEFFICIENT_BITS or gain.rad() < arb(2) ** NOTHING * yy
        )
        if (self.unsure or not known) and not last:
            return None
        if gain is None or not known:
            return found
        return replace(found, gain=self.middle(gain, 2 * self.scales[-1], yy))

    def block(self, rows: Sequence[int], columns: Sequence[int]) -> arb_mat:
        """Products of columns, each scaled by a power of two."""
        if not rows:
            return arb_mat(0, len(columns))
        scales = self.scales
        return arb_mat([[arb((self.M[i][j], -scales[i] - scales[j])) for j in columns] for i in rows])

    def explained(self, by: Sequence[int], columns: Sequence[int]) -> arb_mat:
        """What some columns explain of the products of others."""
        if not by:
            return arb_mat(len(columns), len(columns))
        side = self.block(by, columns)
        return side.transpose() * self.block(by, by).solve(side)

    def rows(self, matrix: arb_mat, rows: Sequence[int], columns: Sequence[int]) -> Rows:
        """The middles in the units of the integers."""
        return [
            [self.middle(matrix[a, b], self.scales[i] + self.scales[j], 1) for b, j in enumerate(columns)]
            for a, i in enumerate(rows)
        ]

    def loads(self, P: arb_mat, i: int, place: int, z: Sequence[int]) -> list[Fraction]:
        """Column i of P, that of the column at a place."""
        return [self.middle(P[a, i], self.scales[place] - self.scales[one], 1) for a, one in enumerate(z)]

    def middle(self, ball: arb, exponent: int, beside: Any) -> Fraction:
        """The middle times 2^exponent; 0 where it is nothing beside a number. Notes a ball that is too wide."""
        if ball.contains(0):
            self.unsure |= not ball.rad() < arb(2) ** NOTHING * beside
            return Fraction(0)
        self.unsure |= ball.rel_accuracy_bits() <= COEFFICIENT_BITS and not ball.rad() < arb(2) ** NOTHING * beside
        mantissa, own = ball.mid().man_exp()
        return dyadic_fraction(int(mantissa), int(own) + exponent)


def _gain(G: arb_mat, g: arb_mat, XX: arb_mat, Xy: arb_mat, e: Sequence[int]) -> arb | None:
    columns = arb_mat([[G[i, j] for j in e] for i in range(G.nrows())])
    solved = XX.solve(columns)
    corner = arb_mat([[G[i, j] for j in e] for i in e])
    W = corner - columns.transpose() * solved
    d = arb_mat([[g[j, 0]] for j in e]) - solved.transpose() * Xy
    try:
        return (d.transpose() * W.solve(d))[0, 0]
    except ZeroDivisionError:
        return None
