"""The errors asked for, from the cheapest that holds them: the moments, moments by cluster, the rows once more."""

from __future__ import annotations

from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.estimate import Estimate
from wxb.passes.again import Passes


def covary(errors: Errors, estimate: Estimate, passes: Passes) -> Covariance:
    """How the exact minimum of the estimate's rows varies, by other errors than the classical ones."""
    if errors.kind == "HAC":
        from wxb.covariance.hac import hac

        return hac(estimate, passes, errors)
    from wxb.covariance.heteroskedastic import heteroskedastic

    return heteroskedastic(estimate, passes, errors)
