"""Which columns are combinations of columns before them, decided on the exact moments and said by name.

Column j is regressed on the kept columns before it; d_j, the part of Σx_j² that is left, is exact up to a certified ball.

    d_j = 0                                     collinear as stored (always decided exactly)
    d_j ≤ 4 Σ_k u_k² β_k² Σx_k²                collinear but for the rounding of the stored numbers (k = j with β = 1 too)

The second line is what the rounding of every number could have left of an exact relation such as minutes = 60·hours. u_k is the
unit roundoff of the column's own type: 2^−53 of doubles, 2^−24 of float32, 2^-11 of float16; columns exact by type (integers)
have no such rounding and add nothing to the sum. A bare relative cut-off (R's 1e-7, scikit-learn's 1e-6) was rejected: it drops
columns that carry all the information (NIST Filip), and keeps some that carry none.

Of many columns only those in doubt are regressed: float64 proves the others independent, and what is left of one in doubt beside
those before it is a form with their inverse (`wxb.verified`). That a relation is exact is then shown by its own coefficients, where
these are fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import frexp, ldexp, sqrt
from typing import TYPE_CHECKING

import numpy as np
from flint import arb, arb_mat, ctx, fmpz_mat

from wxb._typing import Vector

if TYPE_CHECKING:
    from wxb.verified import System

SAFETY = 2.0  # the errors of a column are within u; twice that is given
CLEAR = 1e-6  # pivots of the correlation matrix above this are far from any doubt, for doubles
CLEAR_ROOTS = 32.0  # for coarser numbers above so many √u
PLAIN_BITS = 1000  # integers that a float64 holds, though rounded
LEAST_SHARE = 1e-18  # of Σx², below which a column's part in a combination is rounding noise
MANY = 12  # columns from which only those in doubt are regressed
PRECISION = 900  # bits of the balls in which they are
LARGEST_DENOMINATOR = 10**15  # of the coefficients of a relation that are tried
OFFSET = 1e4  # so are columns whose root mean square is below this many standard deviations, or as many as u allows


@dataclass(frozen=True, slots=True)
class Dependence:
    """Column `column` is a combination of kept columns before it.

    column : its position        combination : {position: coefficient}
    exact : whether as stored, or only but for the rounding of the stored numbers
    """

    column: int
    combination: dict[int, float]
    exact: bool


def find_dependences(
    integers: list[list[int]],
    exponents: Sequence[int],
    rounding: Sequence[float],
    intercept: bool,
    squares: Sequence[int] | None = None,
) -> list[Dependence]:
    """The columns that give way, in order, of a Gram matrix Σ z_i z_j = integers_ij · 2^(f_i + f_j).

    `rounding` is the unit roundoff of each column, 0 of exact ones; the first column is the ones when there is an intercept.
    squares : Σ z_i² of the numbers as stored, where columns exact by type (levels of a category) were eliminated before
    """
    squares = [row[i] for i, row in enumerate(integers)] if squares is None else squares
    seen, unit = _Seen(integers, intercept), max(rounding, default=0.0)
    if seen.clearly_independent(range(len(integers)), unit, squares):
        return []
    elimination = _Elimination(integers, exponents, rounding, squares)
    if len(integers) > MANY:
        found = elimination.of_doubtful(seen.doubtful(unit), seen)
        if found is not None or elimination.keeps_all():
            return found or []
    return elimination.run()


def all_independent(system: System, intercept: bool, diagonal: Sequence[int], unit: float) -> bool:
    """Whether the columns of a system, whose squares are `diagonal` (k + 1,), are clearly independent, as below.

    unit : the coarsest roundoff of a column
    """
    whole = [system.n * d for d in diagonal[1:]]
    squares = [value - g * g for value, g in zip(whole, system.first)]
    clear, far = _limits(unit, len(diagonal))
    if intercept and any(value > far * own for value, own in zip(whole, squares)):
        return False
    left = 1 / np.square(system.inverse.half.diagonal())  # pivots of A
    pairs = map(_scientific, squares if intercept else whole)
    beside = [ldexp(mantissa, exponent - 2 * s) for (mantissa, exponent), s in zip(pairs, system.scales)]
    return bool((left > clear * np.array(beside)).all())


def _limits(unit: float, size: int) -> tuple[float, int]:
    """Pivots above the first are clear, of columns whose squares are below the second times those around the mean."""
    clear = max(CLEAR, CLEAR_ROOTS * sqrt(unit))
    return clear, int(min(OFFSET, clear / (16 * unit * sqrt(size))) if unit else OFFSET) ** 2


class _Seen:
    """The columns as float64 sees them, beside an intercept from their means.

    left : n times what is left of Σx² of all but that of ones        some : places of those with any        R : their correlations
    """

    def __init__(self, integers: list[list[int]], intercept: bool) -> None:
        self.integers, self.first = integers, int(intercept)
        matrix = _centred(integers) if intercept else integers
        self.left = [row[i] for i, row in enumerate(matrix)]
        self.some = [i for i, left in enumerate(self.left) if left > 0]
        if len(self.some) < len(matrix):
            matrix = [[matrix[i][j] for j in self.some] for i in self.some]
        self.R = correlation(matrix) if matrix else np.empty((0, 0))

    def clearly_independent(self, columns: Sequence[int], unit: float, squares: Sequence[int]) -> bool:
        """A float64 Cholesky of the exactly centred correlation matrix settles all but doubtful cases.

        With pivots above c and columns no farther than o deviations from 0, β² of standardised columns is about 1/c at most, so the
        noise is at most 4u² o² p/c of a column's variance: it stays far below c as long as 2uo√p is far below c.

        columns : which are asked about, that of the ones first where there is one
        """
        clear, far = _limits(unit, len(columns))
        integers, others = self.integers, columns[self.first :]
        if self.first:
            n = integers[0][0]
            if any(integers[i][i] * n > far * self.left[i - 1] for i in others):
                return False
        elif any(squares[i] > far * integers[i][i] for i in others):
            return False
        if not others:
            return integers[0][0] > 0
        if any(self.left[i - self.first] <= 0 for i in others):
            return False
        R = self.R
        if len(others) < len(R):
            places = np.searchsorted(self.some, np.array(others) - self.first)
            R = R[np.ix_(places, places)]
        try:
            factor = np.linalg.cholesky(R)
        except np.linalg.LinAlgError:
            return False
        return bool((np.square(factor.diagonal()) > clear).all())

    def doubtful(self, unit: float) -> list[int]:
        """Columns of which little is left beside those before them that are not doubtful, as float64 sees it."""
        first, some, R = self.first, self.some, self.R
        T, kept = np.zeros_like(R), list[int]()  # the inverse of the Cholesky factor of those kept
        clear = max(CLEAR, CLEAR_ROOTS * sqrt(unit))
        for j in range(len(some)):
            m = len(kept)
            y = T[:m, :m] @ R[kept, j]
            pivot = R[j, j] - y @ y
            if pivot > 2 * clear:
                T[m, :m] = -(y @ T[:m, :m]) / sqrt(pivot)
                T[m, m] = 1 / sqrt(pivot)
                kept.append(j)
        clean = {some[j] + first for j in kept}
        return [j for j in range(first, first + len(self.left)) if j not in clean]


def _centred(integers: list[list[int]]) -> list[list[int]]:
    """(k − 1, k − 1) what is left around the means, times n."""
    n, ones = integers[0][0], integers[0]
    lower = [
        [v * n - mine * g for v, g in zip(row[1 : i + 1], ones[1:])]
        for i, (row, mine) in enumerate(zip(integers, ones))
    ]
    size = range(1, len(integers))
    return [[lower[i][j - 1] if j <= i else lower[j][i - 1] for j in size] for i in size]


def correlation(matrix: list[list[int]]) -> Vector:
    """(k, k) m_ij / √(m_ii m_jj) of a symmetric integer matrix with positive diagonal, whatever the size of its integers."""
    if max(row[i] for i, row in enumerate(matrix)).bit_length() < PLAIN_BITS:
        plain = np.array([[float(value) for value in row] for row in matrix])
        roots = np.sqrt(plain.diagonal())
        return plain / roots[:, None] / roots
    parts = [[_scientific(value) for value in row] for row in matrix]
    roots = [_root(*parts[i][i]) for i in range(len(matrix))]
    out = np.empty((len(matrix), len(matrix)))
    for i, row in enumerate(parts):
        for j, (mantissa, exponent) in enumerate(row):
            out[i, j] = ldexp(mantissa / (roots[i][0] * roots[j][0]), exponent - roots[i][1] - roots[j][1])
    return out


def _scientific(value: int) -> tuple[float, int]:
    """value ≈ mantissa · 2^exponent without overflow."""
    shift = max(value.bit_length() - 64, 0)
    mantissa, exponent = frexp(value >> shift)
    return mantissa, exponent + shift


def _root(mantissa: float, exponent: int) -> tuple[float, int]:
    if exponent % 2:
        mantissa, exponent = mantissa * 2, exponent - 1
    return sqrt(mantissa), exponent // 2


class _Elimination:
    """LDLᵀ column by column in ball arithmetic, with more bits whenever a ball does not decide."""

    def __init__(
        self,
        integers: list[list[int]],
        exponents: Sequence[int],
        rounding: Sequence[float],
        squares: Sequence[int],
    ) -> None:
        self.integers = integers
        self.squares = squares
        self.exponents = exponents
        self.noises = [(SAFETY * unit) ** 2 for unit in rounding]

    def run(self) -> list[Dependence]:
        before, bits = ctx.prec, 128 + max(row[i].bit_length() for i, row in enumerate(self.integers))
        try:
            while True:
                ctx.prec = bits
                found = self._attempt()
                if found is not None:
                    return found
                bits *= 2
        finally:
            ctx.prec = before

    def keeps_all(self) -> bool:
        """Whether Σ_k T_jk² noise_k < 1 of all rows of T = L⁻¹: what is left is L_jj², β_jk = −T_jk / T_jj. False says nothing."""
        from wxb.halves import half_inverse

        bits = max(row[i].bit_length() for i, row in enumerate(self.integers))
        scales = [row[i].bit_length() // 2 for i, row in enumerate(self.integers)]
        for more in (1, 2, 4):
            with ctx.workprec(more * (bits + 128)):
                pairs = [[arb((v, -s - t)) for v, t in zip(row, scales)] for row, s in zip(self.integers, scales)]
                try:
                    T = half_inverse(arb_mat(pairs)).tolist()
                except ZeroDivisionError:
                    continue
                noises = [arb((q, -2 * s)) * u for q, s, u in zip(self.squares, scales, self.noises)]
                if all(sum((v * v * w for v, w in zip(row, noises)), arb(0)) < 1 for row in T):
                    return True
        return False

    def of_doubtful(self, doubtful: Sequence[int], seen: _Seen) -> list[Dependence] | None:
        """The dependences where all doubtful columns are dependent and the others for certain are not; else None."""
        from wxb.verified import System

        gone = set(doubtful)
        kept = [i for i in range(len(self.integers)) if i not in gone]
        unit = 0.5 * sqrt(max((noise for noise in self.noises), default=0.0))
        if not kept or not seen.clearly_independent(kept, unit, self.squares):
            return None
        system = System.of([[self.integers[i][j] for j in kept] for i in kept])
        if system is None:
            return None
        with ctx.workprec(PRECISION):
            found = [self._dependent(j, [k for k in kept if k < j], system) for j in doubtful]
        return None if any(one is None for one in found) else [one for one in found if one is not None]

    def _dependent(self, j: int, kept: list[int], system: System) -> Dependence | None:
        """Column j on the kept ones before it, the first of which are those of the system."""
        if len(kept) < 2:
            return None
        part = system.leading(len(kept) - 1)
        regressed = part and part.regressed([self.integers[j][k] for k in kept], self.integers[j][j])
        if part is None or regressed is None:
            return None
        (left, doubt, unit), coefficients = regressed
        pivot = (arb(left) + arb(0, 1) * arb(doubt)) * arb(2) ** unit / part.n
        combination = [(arb(v) + arb(0, 1) * arb(e)) * arb(2) ** own for v, e, own in coefficients]
        exact = pivot.contains(0) and (self._is_relation(j, kept, combination) or self._singular([*kept, j]))
        if exact or pivot < self._noise(j, kept, combination):
            return Dependence(j, self._named(j, kept, combination), bool(exact))
        return None

    def _is_relation(self, j: int, kept: list[int], combination: list[arb]) -> bool:
        """Whether the fractions nearest to the coefficients leave nothing of column j; False says nothing."""
        found: dict[int, Fraction] = {}
        for k, beta in zip(kept, combination):
            if not beta.contains(0):
                shift = self.exponents[j] - self.exponents[k]
                mantissa, own = (beta * arb(2) ** shift).mid().man_exp()
                plain = (Fraction(int(mantissa)) * Fraction(2) ** int(own)).limit_denominator(LARGEST_DENOMINATOR)
                found[k] = plain / Fraction(2) ** shift
        rows = [self.integers[i] for i in (j, *found)]
        return all(row[j] == sum(beta * row[k] for k, beta in found.items()) for row in rows)

    def _attempt(self) -> list[Dependence] | None:
        """The dependences, or None when a ball is too wide to decide."""
        from wxb.halves import back_substitute

        kept: list[int] = []
        factors: list[list[arb]] = []  # unit lower triangular rows of kept columns
        pivots: list[arb] = []
        found: list[Dependence] = []
        for j in range(len(self.integers)):
            row, pivot = self._eliminate(j, kept, factors, pivots)
            combination = back_substitute(row, factors)
            noise = self._noise(j, kept, combination)
            exact = pivot.contains(0) and self._singular([*kept, j])
            if exact or pivot < noise or (self.integers[j][j] == 0):
                found.append(Dependence(j, self._named(j, kept, combination), bool(exact)))
            elif pivot > noise and pivot > 0:
                kept.append(j)
                factors.append(row)
                pivots.append(pivot)
            else:
                return None
        return found

    def _eliminate(self, j: int, kept: list[int], factors: list[list[arb]], pivots: list[arb]) -> tuple[list[arb], arb]:
        """Row j of L on the kept columns, and what is left of Σ z_j²."""
        row: list[arb] = []
        pivot = arb(self.integers[j][j])
        for a, k in enumerate(kept):
            value = arb(self.integers[j][k])
            for c in range(a):
                value -= row[c] * factors[a][c] * pivots[c]
            row.append(value / pivots[a])
            pivot -= row[a] * value
        return row, pivot

    def _noise(self, j: int, kept: list[int], combination: list[arb]) -> arb:
        """What rounding of the stored numbers could have left of an exact relation."""
        total = self.squares[j] * arb(self.noises[j])
        for k, beta in zip(kept, combination):
            if self.noises[k]:
                total += beta * beta * self.squares[k] * self.noises[k]
        return total

    def _singular(self, columns: list[int]) -> bool:
        """Whether the columns are exactly dependent, by integer arithmetic."""
        gram = fmpz_mat([[self.integers[a][b] for b in columns] for a in columns])
        return gram.rank() < len(columns)

    def _named(self, j: int, kept: list[int], combination: list[arb]) -> dict[int, float]:
        """Coefficients in the columns' own units, those that are rounding noise left out."""
        named: dict[int, float] = {}
        least = max(LEAST_SHARE, *self.noises)
        for k, beta in zip(kept, combination):
            share = beta * beta * self.squares[k] / max(self.squares[j], 1)
            if share.mid() > least:
                named[k] = float((beta * arb(2) ** (self.exponents[j] - self.exponents[k])).mid())
        return named
