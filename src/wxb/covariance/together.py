"""Several coefficients together: χ² of them by how they vary.

    χ² = vᵀ V⁻¹ v            of all terms but the intercept, whitened:  θ = Tᵀ γ,  V = Tᵀ M T  ⇒  χ² = γᵀ M⁻¹ γ

Of nearly collinear terms V is nearly singular, and so is what is left of its digits: γ is solved for in pairs of doubles from the
exact θ, and M, the whitened covariance, is near a multiple of 1 whatever the terms.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.covariance.covariance import Covariance
from wxb.moments.pairs import Pair, divide, multiply, subtract
from wxb.solve import Solution

ALIKE = 2.0**-10  # of the eigenvalues of correlations, below which three digits of sixteen are lost


def all_terms(solution: Solution, covariance: Covariance) -> float:
    """χ² of all terms but the intercept; NaN where it cannot be told."""
    terms = [i for i in solution.kept if i >= solution.layout.offset]
    if not terms or solution.freedom < 1 or len(terms) > covariance.most_tested:
        return nan
    matrix = covariance.matrix[np.ix_(terms, terms)]
    if covariance.whitened is None or not np.isfinite(matrix).all() or not alike(matrix):
        return wald(solution.coefficients[terms], matrix)
    first = len(solution.kept) - len(terms)
    return wald(_whitened(solution, terms), covariance.whitened[first:, first:])


def alike(matrix: Matrix) -> bool:
    """Whether coefficients of such a covariance vary nearly together."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(matrix.diagonal())
        correlation = matrix / np.outer(spread, spread)
    return bool(np.isfinite(correlation).all()) and float(np.linalg.eigvalsh(correlation)[0]) < ALIKE


def wald(values: Vector, matrix: Matrix) -> float:
    """vᵀ V⁻¹ v of q numbers and their covariance; NaN where V is not positive definite.

    Of a perfect fit V is 0, and what is not 0 is infinitely far from it.
    V is scaled to a unit diagonal first: what is lost is the condition of the correlations, not that of the units.
    """
    if not matrix.any():
        return inf if values.any() else nan
    with np.errstate(all="ignore"):
        spread = np.sqrt(matrix.diagonal())
        correlation, scaled = matrix / np.outer(spread, spread), values / spread
    if not (np.isfinite(correlation).all() and np.isfinite(scaled).all()):
        return nan
    try:
        root = np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        return nan
    half = np.linalg.solve(root, scaled)
    return float(half @ half)


def _whitened(solution: Solution, terms: list[int]) -> Vector:
    """(p,) γ, of Tᵀ γ = θ: the last first, for T is below its diagonal."""
    from wxb.whitening import Whitening

    high, low = Whitening.of(solution).fine
    exact = [Fraction(solution.exact[i]) for i in terms]
    top = np.array([float(value) for value in exact])
    left: Pair = (top, np.array([float(value - Fraction(near)) for value, near in zip(exact, top.tolist())]))
    found = np.empty(len(terms))
    for i in range(len(terms) - 1, -1, -1):
        own = divide((left[0][i : i + 1], left[1][i : i + 1]), (high[i, i : i + 1], low[i, i : i + 1]))
        found[i] = own[0][0]
        whole = (np.full(i, own[0][0]), np.full(i, own[1][0]))
        left = subtract((left[0][:i], left[1][:i]), multiply((high[i, :i].copy(), low[i, :i].copy()), whole))
    return found
