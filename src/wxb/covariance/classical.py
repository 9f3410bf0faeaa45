"""The classical covariance: of rows that vary around the line independently and alike.

    Cov(β̂) = s² (Σ w x xᵀ)⁻¹,   s² = RSS / (n − k)          weights are analytic, as in R: the variance of a row is s²/w

RSS is exact and the inverse enclosed by ball arithmetic with as many bits as it needs, so every entry is right to the last digit a
float64 has, and so is each root of the diagonal, which is rounded once and not twice. NaN: coefficients that gave way; all, without
degrees of freedom or where at precision fast the residuals cannot be told from 0.
"""

from __future__ import annotations

from fractions import Fraction
from math import nan

import numpy as np
from flint import arb, ctx

from wxb._typing import Matrix, Vector
from wxb.certainty import Certainty, certainty_of
from wxb.estimate import Estimate
from wxb.normal_equations import Dyadic, invert_normal
from wxb.solve import Solution, quotient

LEAST_DIGITS = 1.0  # of a number that is given out
BITS = 128  # of the balls that are rounded to the numbers given out


def classical(estimate: Estimate, passes: object = None) -> Matrix:
    """(k, k) of the exact minimum of the estimate's moments. passes : not needed, the moments hold it all"""
    solution = estimate.solution
    sure = certainty_of(solution)
    matrix, variance = with_errors(solution, sure)[0], residual_variance(solution, sure)
    if matrix is None:
        assert solution.eliminated is not None
        matrix = (nan if variance is None else float(variance)) * solution.eliminated.covariance()
    return matrix


def with_errors(solution: Solution, sure: Certainty) -> tuple[Matrix | None, Vector]:
    """The covariance (k, k), and the standard errors (k,) that are certain to a digit at least.

    None where the levels of a category were eliminated: it is formed when it is asked for.
    """
    k, variance = len(solution.layout), residual_variance(solution, sure)
    if solution.eliminated is not None:
        return None, np.full(k, nan) if variance is None else float_root(variance) * solution.eliminated.roots()
    inverse = _inverse(solution)
    se, covariance = np.full(k, nan), np.full((k, k), nan)
    if variance is not None:
        for a, i in enumerate(solution.kept):
            se[i] = _root_of_product(variance, inverse[a][a])
            for (mantissa, exponent), j in zip(inverse[a], solution.kept):
                value = quotient(variance.numerator * mantissa, variance.denominator, exponent)
                covariance[i, j] = covariance[j, i] = value
    se[sure.errors < LEAST_DIGITS] = nan
    return covariance, se


def residual_variance(solution: Solution, sure: Certainty) -> Fraction | None:
    """s², or None where there is none."""
    return solution.rss / solution.freedom if solution.freedom and sure.rss >= LEAST_DIGITS else None


def _inverse(solution: Solution) -> list[list[Dyadic]]:
    """(Σ w x xᵀ)⁻¹ of the kept terms, rows up to the diagonal."""
    ledger, columns = solution.moments.ledger, solution.layout.columns
    kept = [columns[i] for i in solution.kept]
    if not kept:
        return []
    inverse = invert_normal([[ledger.integers[i][j] for j in kept] for i in kept])
    exponents = [ledger.exponents[i] for i in kept]
    return [
        [(mantissa, own - exponents[a] - exponents[b]) for b, (mantissa, own) in enumerate(row)]
        for a, row in enumerate(inverse)
    ]


def _as_ball(value: Fraction) -> arb:
    return arb(value.numerator) / arb(value.denominator)


def _root_of_product(scale: Fraction, entry: Dyadic) -> float:
    with ctx.workprec(BITS):
        return float((_as_ball(scale) * arb(entry)).sqrt().mid())


def float_root(value: Fraction) -> float:
    """√value of an exact number, also where the number itself is no float64."""
    with ctx.workprec(BITS):
        return float(_as_ball(value).sqrt().mid())
