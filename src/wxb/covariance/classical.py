"""The classical covariance: of rows that vary around the line independently and alike.

    Cov(β̂) = s² (Σ w x xᵀ)⁻¹,   s² = RSS / (n − k)          weights are analytic, as in R: the variance of a row is s²/w

RSS is known to 200 bits at least and the inverse enclosed by ball arithmetic, so every entry, and each root of the diagonal, is
rounded to a float64 from far more digits than that has, once and not twice (proven to be the nearest it is only where the ball
decides). Standard errors need the diagonal alone: of many terms only that is made, and the matrix when it is asked for. NaN:
coefficients that gave way; all, without degrees of freedom or where at precision fast the residuals cannot be told from 0.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from flint import arb, ctx

from wxb._typing import Matrix, Vector
from wxb.certainty import Certainty, certainty_of
from wxb.estimate import Estimate
from wxb.normal_equations import Dyadic, diagonal_normal, invert_normal, variances_normal
from wxb.solve import Solution, quotient

if TYPE_CHECKING:
    from wxb.normal_equations.variances import Variances

LEAST_DIGITS = 1.0  # of a number that is given out
BITS = 128  # of the balls that are rounded to the numbers given out


def classical(estimate: Estimate, passes: object = None) -> Matrix:
    """(k, k) of the exact minimum of the estimate's moments. passes : not needed, the moments hold it all"""
    solution = estimate.solution
    sure = certainty_of(solution)
    return covariance_matrix(solution, residual_variance(solution, sure))


def covariance_matrix(solution: Solution, variance: Fraction | None) -> Matrix:
    """(k, k) of a residual variance s²."""
    if solution.eliminated is not None:
        return (nan if variance is None else float(variance)) * solution.eliminated.covariance()
    if solution.rounded is not None:
        scales, top = solution.rounded.system.scales[:-1], int(solution.rounded.system.scales[-1])
        found = solution.rounded.inverse() * (nan if variance is None else float(variance * Fraction(4) ** -top))
        return np.ldexp(found, 2 * top - scales[:, None] - scales)
    return _matrix(solution, variance, _inverse(solution))


def standard_errors(solution: Solution, sure: Certainty) -> Vector:
    """(k,) those that are certain to a digit at least, of the diagonal alone: the covariance is formed when it is asked for."""
    k, variance = len(solution.layout), residual_variance(solution, sure)
    se = np.full(k, nan)
    if variance is None:
        return se
    if solution.eliminated is not None:
        return float_root(variance) * solution.eliminated.roots()
    if solution.rounded is not None:
        scales, top = solution.rounded.system.scales[:-1], int(solution.rounded.system.scales[-1])
        sd = float_root(variance * Fraction(4) ** -top)
        with np.errstate(invalid="ignore"):
            se = np.ldexp(sd * np.sqrt(solution.rounded.variances()), top - scales)
    elif solution.kept:
        se[list(solution.kept)] = _of_the_diagonal(solution, variance)
    se[sure.errors < LEAST_DIGITS] = nan
    return se


def _of_the_diagonal(solution: Solution, variance: Fraction) -> list[float]:
    known = solution.variances or variances_normal(_gram(solution))
    if known is not None:
        return _roots(known, variance, solution)
    exponents = _exponents(solution)
    with ctx.workprec(BITS):
        factor = _as_ball(variance)
        return [
            float((factor * arb((mantissa, own - 2 * f))).sqrt().mid())
            for (mantissa, own), f in zip(diagonal_normal(_gram(solution)), exponents)
        ]


def _roots(known: Variances, variance: Fraction, solution: Solution) -> list[float]:
    """√(s² (G⁻¹)_jj), each rounded once: what a ball leaves open is solved to more bits and rounded from the middle."""
    gram = cache(lambda: _gram(solution))
    with ctx.workprec(2 * BITS):
        factors = [_as_ball(variance) * arb(2) ** (-2 * f) for f in _exponents(solution)]
        roots = [(factor * entry).sqrt() for factor, entry in zip(factors, known.entries())]
        return [
            float(root.mid())
            if float(root.lower()) == float(root.upper())
            else float((factor * known.entry(gram, j)).sqrt().mid())
            for j, (factor, root) in enumerate(zip(factors, roots))
        ]


def _matrix(solution: Solution, variance: Fraction | None, inverse: list[list[Dyadic]]) -> Matrix:
    covariance = np.full((len(solution.layout), len(solution.layout)), nan)
    if variance is not None:
        for i, row in zip(solution.kept, inverse):
            for (mantissa, exponent), j in zip(row, solution.kept):
                value = quotient(variance.numerator * mantissa, variance.denominator, exponent)
                covariance[i, j] = covariance[j, i] = value
    return covariance


def residual_variance(solution: Solution, sure: Certainty) -> Fraction | None:
    """s², or None where there is none."""
    return solution.rss / solution.freedom if solution.freedom and sure.rss >= LEAST_DIGITS else None


def _inverse(solution: Solution) -> list[list[Dyadic]]:
    """(Σ w x xᵀ)⁻¹ of the kept terms, rows up to the diagonal."""
    gram, exponents = _gram(solution), _exponents(solution)
    if not gram:
        return []
    inverse = invert_normal(gram)
    return [
        [(mantissa, own - exponents[a] - exponents[b]) for b, (mantissa, own) in enumerate(row)]
        for a, row in enumerate(inverse)
    ]


def _gram(solution: Solution) -> list[list[int]]:
    """Σ w x xᵀ of the kept terms as integers,"""
    ledger, columns = solution.moments.ledger, solution.layout.columns
    kept = [columns[i] for i in solution.kept]
    return [[ledger.integers[i][j] for j in kept] for i in kept]


def _exponents(solution: Solution) -> list[int]:
    """and the exponents of their units."""
    return [solution.moments.ledger.exponents[solution.layout.columns[i]] for i in solution.kept]


def _as_ball(value: Fraction) -> arb:
    return arb(value.numerator) / arb(value.denominator)


def float_root(value: Fraction) -> float:
    """√value of an exact number, also where the number itself is no float64."""
    with ctx.workprec(BITS):
        return float(_as_ball(value).sqrt().mid())
