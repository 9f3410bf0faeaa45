"""Moments → the exact minimum, which terms give way, and how many digits are certain.

    minimise Σ w (y − xᵀβ)²      ⇔      (Σ w x xᵀ) β = Σ w x y

The normal equations square the condition number, which is why everyone avoids them in float64. Here both sides are exact
integers, so nothing is lost: up to 150 coefficients the equations are solved in rational arithmetic, beyond that in
ball arithmetic (python-flint) with as many bits as it takes, and each coefficient is rounded once, at the end. The residual sum
of squares Σy² − βᵀΣxy is formed exactly too; from rounded numbers that difference would be noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, log10

import numpy as np
from flint import arb, arb_mat, ctx, fmpz_mat
from numpy.typing import NDArray

from wxb.bowl import Bowl
from wxb.errors import NumericalError, UsageError
from wxb.moments import Moments
from wxb.rank import Dependence, correlation, find_dependences

Vector = NDArray[np.float64]

INTERCEPT = "(b)"
RATIONAL = 150  # coefficients up to which rational arithmetic is quicker than balls
CERTAIN = 16.0  # digits of a float64 that is the correctly rounded exact value


@dataclass(frozen=True, slots=True)
class Solution:
    """The exact minimum of squared error.

    Attributes
    ----------
    moments : what was solved
    intercept : whether there is one
    names : k names of all coefficients, the intercept "(b)" first when there is one
    kept : positions among them of the coefficients that were estimated
    dropped : the others, with the combination each one is
    exact : k exact coefficients, 0 for those dropped
    coefficients : (k,) the same, each rounded once
    rss : Σ w (y − ŷ)² at the minimum, exact
    tss : Σ w (y − ȳ)², exact; Σ w y² without an intercept
    freedom : residual degrees of freedom, n − rank
    digits : (k,) decimal digits of each coefficient that are certain for the data as stored
    """

    moments: Moments
    intercept: bool
    names: tuple[str, ...]
    kept: tuple[int, ...]
    dropped: tuple[Dependence, ...]
    exact: tuple[Fraction, ...]
    coefficients: Vector
    rss: Fraction
    tss: Fraction
    freedom: int
    digits: Vector

    @property
    def rows(self) -> int:
        return self.moments.rows

    @property
    def total_weight(self) -> Fraction:
        return self.moments.exact(0, 0)

    def dependence_text(self, dependence: Dependence) -> str:
        """ "minutes = 60·hours", "female = 1 − male", "room is constant (7)"."""
        name = self.names[dependence.column]
        combination = dependence.combination
        if not combination:
            return f"{name} is 0 in every row"
        if self.intercept and set(combination) == {0}:
            return f"{name} is constant ({combination[0]:.6g})"
        parts: list[str] = []
        for position, value in combination.items():
            constant = self.intercept and position == 0
            size = f"{abs(value):.6g}"
            factor = size if constant else self.names[position] if size == "1" else f"{size}·{self.names[position]}"
            sign = "−" if value < 0 else "+"
            parts.append(f" {sign} {factor}" if parts else f"{'−' if value < 0 else ''}{factor}")
        return f"{name} = {''.join(parts)}"


def solve(moments: Moments, *, intercept: bool = True, rank: str = "drop") -> Solution:
    """The exact minimum of squared error over the moments' terms.

    `rank="drop"`: of collinear terms the later ones give way (their coefficient is 0 and `dropped` names them), as in R;
    `rank="error"`: they are refused by name.
    """
    if rank not in ("drop", "error"):
        raise UsageError(f"rank must be 'drop' or 'error', not {rank!r}")
    names = ((INTERCEPT,) if intercept else ()) + moments.terms
    if not names:
        raise UsageError("a model without terms and without an intercept has nothing to estimate")
    _check_rows(moments.rows, len(names), len(moments.terms))
    solution = _minimum(moments, intercept)
    if solution.dropped and rank == "error":
        text = "; ".join(solution.dependence_text(d) for d in solution.dropped)
        raise NumericalError(f"collinear terms: {text}", "leave one of each set out, or use rank='drop'")
    return solution


def _minimum(moments: Moments, intercept: bool) -> Solution:
    """The minimum, whatever the number of rows: of terms that the rows cannot tell apart the later ones give way."""
    offset = 0 if intercept else 1
    names = ((INTERCEPT,) if intercept else ()) + moments.terms
    count = len(names)
    integers = [row[offset : offset + count] for row in moments.ledger.integers[offset : offset + count]]
    exponents = moments.ledger.exponents[offset : offset + count]
    marks = (*((True,) if intercept else ()), *moments.integral[:-1])
    dropped = find_dependences(integers, exponents, marks, intercept)
    gone = {d.column for d in dropped}
    kept = [i for i in range(count) if i not in gone]
    scaled, rss = _solve_kept(moments, integers, kept, offset)
    exact = [Fraction(0)] * count
    for i, value in zip(kept, scaled):
        exact[i] = value * Fraction(2) ** (moments.ledger.exponents[-1] - exponents[i])
    return Solution(
        moments,
        intercept,
        names,
        tuple(kept),
        tuple(dropped),
        tuple(exact),
        _rounded(exact, names, moments.target),
        rss,
        total_sum_of_squares(moments, intercept),
        moments.rows - len(kept),
        np.full(count, CERTAIN if moments.precision == "exact" else _fast_digits(moments, intercept)),
    )


def _check_rows(rows: int, count: int, terms: int) -> None:
    if rows < count:
        what = "1 row is" if rows == 1 else f"{rows} rows are"
        raise NumericalError(
            f"{what} too few for {count} coefficients ({terms} terms{' and the intercept' if count > terms else ''})",
            "use more rows or fewer columns (--features …)",
        )


def _solve_kept(
    moments: Moments, integers: list[list[int]], kept: Sequence[int], offset: int
) -> tuple[list[Fraction], Fraction]:
    """Scaled coefficients u of the kept columns (β_i = u_i · 2^(f_y − f_i)) and the residual sum of squares."""
    ledger = moments.ledger
    right = [ledger.integers[-1][offset + i] for i in kept]
    y_square, exponent = ledger.value(-1, -1)
    unit = Fraction(2) ** exponent
    if not kept:
        return [], y_square * unit
    gram = [[integers[i][j] for j in kept] for i in kept]
    if len(kept) <= RATIONAL:
        answer = fmpz_mat(gram).solve(fmpz_mat([[v] for v in right]))
        values = [Fraction(int(answer[i, 0].p), int(answer[i, 0].q)) for i in range(len(kept))]
    else:
        values = _solve_by_balls(gram, right)
    rss = y_square - sum((u * v for u, v in zip(values, right)), Fraction(0))
    return values, max(rss, Fraction(0)) * unit


def _solve_by_balls(gram: list[list[int]], right: list[int]) -> list[Fraction]:
    """Ball arithmetic with more bits until every coefficient has 100 certain ones (or is nothing beside the largest)."""
    before = ctx.prec
    bits = 512
    try:
        while True:
            ctx.prec = bits
            try:
                answer = arb_mat(gram).solve(arb_mat([[v] for v in right]))
            except ZeroDivisionError:
                bits *= 2
                continue
            balls = [answer[i, 0] for i in range(len(right))]
            largest = max(abs(b.mid()) for b in balls)
            if all(b.rel_accuracy_bits() > 100 or b.rad() <= largest * arb(2) ** -400 for b in balls):
                return [_ball_to_fraction(b) for b in balls]
            bits *= 2
    finally:
        ctx.prec = before


def _ball_to_fraction(ball: arb) -> Fraction:
    if ball.contains(0):
        return Fraction(0)
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _rounded(exact: Sequence[Fraction], names: Sequence[str], target: str) -> Vector:
    out = np.empty(len(exact))
    for i, value in enumerate(exact):
        try:
            out[i] = value.numerator / value.denominator
        except OverflowError:
            out[i] = inf
        if not np.isfinite(out[i]) or (out[i] == 0 and value != 0):
            size = round((value.numerator.bit_length() - value.denominator.bit_length()) * log10(2))
            edge = "large" if size > 0 else "small"
            raise NumericalError(
                f"the coefficient of {names[i]} would be about 1e{size:+d}, too {edge} for a float64: "
                f"the scales of {names[i]} and {target} are too far apart",
                f"rescale column {names[i]} (multiply it by 1e{size:+d})",
            )
    return out


def total_sum_of_squares(moments: Moments, intercept: bool) -> Fraction:
    """Σ w (y − ȳ)², or Σ w y² without an intercept."""
    last = moments.ledger.width - 1
    total = moments.exact(last, last)
    if intercept:
        total -= moments.exact(0, last) ** 2 / moments.exact(0, 0)
    return total


def _fast_digits(moments: Moments, intercept: bool) -> float:
    """Digits that rounded float64 sums can promise: 16 less the log of the condition number of the correlations."""
    size = len(moments.terms)
    n, ones = moments.ledger.integers[0][0], moments.ledger.integers[0]
    integers = moments.ledger.integers
    if intercept:
        matrix = [[integers[i][j] * n - ones[i] * ones[j] for j in range(1, size + 1)] for i in range(1, size + 1)]
    else:
        matrix = [row[1 : size + 1] for row in integers[1 : size + 1]]
    matrix = [[row[j] for j in range(size) if matrix[j][j] > 0] for i, row in enumerate(matrix) if matrix[i][i] > 0]
    if not matrix:
        return 15.0
    eigenvalues = np.linalg.eigvalsh(correlation(matrix))
    condition = eigenvalues[-1] / max(eigenvalues[0], 1e-300)
    rounding = 2.0**-53 * max(8.0, np.sqrt(moments.rows / 1024.0)) * size
    return float(max(0.0, -log10(min(1.0, condition * rounding))))


def bowl_of(solution: Solution, moments: Moments | None = None) -> Bowl:
    """The cost as a quadratic bowl over all coefficients, for descent and rates.

    With `moments` the bowl of other rows of the same columns (a test set), with its own minimum.
    """
    if moments is not None:
        solution = _minimum(moments, solution.intercept)
    source = solution.moments
    offset = 0 if solution.intercept else 1
    count = len(solution.names)
    weight = source.exact(0, 0)
    hessian = np.array(
        [[float(2 * source.exact(offset + i, offset + j) / weight) for j in range(count)] for i in range(count)]
    )
    return Bowl(
        solution.names,
        hessian,
        solution.coefficients,
        float(solution.rss / weight),
        source.rows,
        solution.intercept,
    )
