"""Errors of rows that vary together with those shortly before and after: Newey and West's, in the order of the rows.

    Cov = G⁻¹ (Γ₀ + Σ_{l=1…L} (1 − l/(L + 1)) (Γ_l + Γ_lᵀ)) G⁻¹ · n/(n − k),   Γ_l = Σ_t s_t s_{t−l}ᵀ,   s = w e x,   G = Σ w x xᵀ

Rows are taken in the order of the source, across its files and blocks, and rows left out for a missing value close up; nothing
is sorted, and that is said. Without L it is ⌊4 (n/100)^{2/9}⌋, Newey and West's rule. The factor is that of statsmodels'
`use_correction`; t has n − k degrees of freedom. Repeated rows (`frequency`) are refused: they are no steps of time.
"""

from __future__ import annotations

from wxb.advice import Advice
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.covariance.rows import READ, Asks, matrix_of, middle, whitened_of
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.i18n import _, _n
from wxb.numbers import counted
from wxb.passes.again import Passes
from wxb.passes.row_sums import Wanted
from wxb.printable import show
from wxb.solve import Solution

MOST_LAGS = 4096


def hac(estimate: Estimate, passes: Passes, errors: Errors) -> Asks[Covariance]:
    """HAC of the exact minimum of the estimate's rows, in the order they are read."""
    solution = estimate.solution
    n, freedom = solution.rows, solution.freedom
    lags = newey_west(n) if errors.lags is None else errors.lags
    if lags >= n or lags > MOST_LAGS:
        limit = (
            _n("there is {n} row", "there are {n} rows", n)
            if lags >= n
            else _("at most {most} are summed", most=MOST_LAGS)
        )
        raise UsageError(
            _("errors with {lags}: {limit}", lags=counted(lags, "lag"), limit=limit),
            _("use fewer, as {se}", se=Advice("se", f"HAC:{newey_west(n)}")),
        )
    made = yield from middle(estimate, passes, Wanted(lags=lags), "HAC")
    factor = n / freedom if freedom else 1.0
    meat = None if made is None else made[1].sums["HAC"]
    matrix = matrix_of(solution, made, meat, factor)
    lagged = _n("{n} lag", "{n} lags", lags)
    return Covariance.of(
        matrix,
        solution,
        errors=Errors(kind="HAC", lags=lags),
        factor=_(
            "Bartlett weights 1 − l/{lags}, factor n/(n − k) = {factor:.6g}, t with n − k = {freedom}",
            lags=lags + 1,
            factor=factor,
            freedom=counted(freedom, "freedom"),
        ),
        read=READ,
        whitened=whitened_of(made, meat, factor),
        notes=(
            _("HAC with {lagged}: the rows are taken in their order, as the steps of time", lagged=lagged),
            *_without(solution),
        ),
    )


def _without(solution: Solution) -> tuple[str, ...]:
    gone = solution.eliminated
    if gone is None or gone.hidden:
        return ()
    return (
        _("the effects of the levels of {column}, which were eliminated, have no HAC errors", column=show(gone.column)),
    )


def newey_west(rows: int) -> int:
    """⌊4 (n/100)^{2/9}⌋ lags, where that many rows are there."""
    return max(0, min(int(4 * (rows / 100) ** (2 / 9)), rows - 1))
