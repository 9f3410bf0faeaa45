"""Errors of rows that vary independently, each by its own: HC0 … HC3.

    Cov = G⁻¹ (Σ v x xᵀ) G⁻¹,   G = Σ w x xᵀ
    HC0 v = (w e)²        HC1 HC0 · n/(n − k)        HC2 v = (w e)²/(1 − h)        HC3 v = (w e)²/(1 − h)²

The rows are read once more, whitened by the exact moments (`wxb.whitening`), so Cov is the whitened meat, a matrix near a multiple
of 1, between a factor and its transpose. With weights it is what statsmodels' WLS gives; a row of a frequency is that many rows. t
has n − k degrees of freedom. A row of leverage 1 makes HC2 and HC3 undefined, and is refused by its number.
"""

from __future__ import annotations

from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.covariance.rows import READ, Asks, beside_of, matrix_of, middle, whitened_of
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.numbers import counted
from wxb.passes.again import Passes
from wxb.passes.row_sums import Wanted


def heteroskedastic(estimate: Estimate, passes: Passes, errors: Errors) -> Asks[Covariance]:
    """HC0, HC1, HC2 or HC3 of the exact minimum of the estimate's rows."""
    solution, kind = estimate.solution, errors.kind
    meat = "HC0" if kind == "HC1" else kind
    made = yield from middle(estimate, passes, Wanted(meats=(meat,)), kind)
    n, freedom = solution.rows, solution.freedom
    factor = n / freedom if kind == "HC1" and freedom else 1.0
    meats = None if made is None else made[1].sums["meats"][0]
    matrix, whitened = matrix_of(solution, made, meats, factor), whitened_of(made, meats, factor)
    told = _("t with n − k = {freedom}", freedom=counted(freedom, "freedom"))
    if kind == "HC1":
        told = _("factor n/(n − k) = {factor:.6g}, {told}", factor=factor, told=told)
    return Covariance.of(
        matrix,
        solution,
        errors=errors,
        factor=told,
        read=READ,
        whitened=whitened,
        beside=beside_of(made, meats, factor),
    )
