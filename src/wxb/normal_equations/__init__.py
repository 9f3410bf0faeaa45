"""The normal equations G u = r in exact integers → u, what is left of Σy², and the inverse of G.

    G = Σ w x xᵀ,  r = Σ w x y        u = G⁻¹ r,        rss = Σ w y² − uᵀr

    refinement   float64's answer, corrected by exact residuals until it is proven to a hundred bits: a matrix product or two
    rational     where that does not decide, as when the line passes through every row and rss is exactly 0; for few coefficients
    balls        where rational arithmetic would take too long: very many coefficients, nearly collinear

`Variances` is the diagonal of the inverse alone; `InverseFactor` its triangular half, for forms xᵀG⁻¹x that a rounded inverse
would spoil.

Columns are first scaled by powers of two to a diagonal between 1/2 and 2. That is exact, and makes what follows depend on the
moments alone, not on the exponents that their integers happen to be stored with: the same moments give the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING, Any

from flint import fmpz_mat

from wxb.normal_equations import balls
from wxb.normal_equations.factor import InverseFactor
from wxb.normal_equations.scaled import Dyadic, Minimum, Triangle

if TYPE_CHECKING:
    from wxb.normal_equations.variances import Variances

__all__ = [
    "Dyadic",
    "InverseFactor",
    "Minimum",
    "Triangle",
    "diagonal_normal",
    "invert_normal",
    "solve_normal",
    "variances_normal",
]

FEW = 12  # coefficients up to which rational arithmetic is quicker than refinement
SMALL = 32  # up to which balls invert more quickly than refinement
RATIONAL = 150  # up to which rational arithmetic does not take too long


def solve_normal(gram: Sequence[Sequence[int]], right: Sequence[int], square: int) -> Minimum:
    """The minimum, of a positive definite `gram` (k, k), `right` (k,) and `square` Σ w y²."""
    if not right:
        return Minimum((), Fraction(square))
    if len(right) > FEW:
        from wxb.normal_equations import refinement

        found = refinement.solve(gram, right, square, varied=len(right) > SMALL)
        if found is not None:
            return found
    return _rational(gram, right, square) if len(right) <= RATIONAL else balls.solve(gram, right, square)


def invert_normal(gram: Sequence[Sequence[int]]) -> Triangle:
    """The inverse of a positive definite matrix, each entry certain to 100 bits beside its diagonal entries."""
    if len(gram) <= SMALL:
        return balls.invert(gram)
    from wxb.normal_equations import refinement

    return refinement.invert(gram) or balls.invert(gram)


def diagonal_normal(gram: Sequence[Sequence[int]]) -> list[Dyadic]:
    """That of the inverse, each entry certain to 100 bits."""
    return balls.diagonal(gram) if len(gram) <= SMALL else [row[-1] for row in invert_normal(gram)]


def variances_normal(gram: Sequence[Sequence[int]]) -> Variances | None:
    """The diagonal of the inverse; None where the whole inverse is as quick, or float64 proves nothing."""
    if len(gram) <= SMALL:
        return None
    from wxb.normal_equations.variances import Variances
    from wxb.verified import System

    return Variances.of(System.of(gram))


def _rational(gram: Sequence[Sequence[int]], right: Sequence[int], square: int) -> Minimum:
    answer: Any = fmpz_mat(gram).solve(fmpz_mat([[v] for v in right]))
    numerators, denominator = answer.numer_denom()
    whole, common = [int(numerators[i, 0]) for i in range(len(right))], int(denominator)
    rss = Fraction(square * common - sum(map(mul, whole, right)), common)
    return Minimum(tuple(Fraction(v, common) for v in whole), rss)
