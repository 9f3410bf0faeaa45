"""What goes by the number of a row has a meaning only where rows have an order: a file has one, a table of a database has none.

test, folds, time:K          which share a row is in follows from its number
HAC, bootstrap, lag(x, 2)    rows near by; which rows are drawn; earlier rows
batch_size                   which rows are in a step
"""

from __future__ import annotations

from typing import Any

from wxb.advice import Advice
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.question.shares import Shares


def refuse_unordered(
    table: Any, shares: Shares, *, errors: Any = None, lag: str = "", batch_size: int | None = None
) -> None:
    """UsageError where a source says that its rows come in no order (`ordered`), and something that is asked goes by it.

    errors : a `wxb.covariance.errors.Errors`        lag : a term of earlier rows
    """
    if getattr(table, "ordered", True):
        return
    named = lag or _of_shares(shares) or _of_errors(errors) or (batch_size and Advice("batch_size", batch_size))
    if named:
        raise UsageError(
            _("{named} goes by the number of a row, and without ORDER BY the rows of a query have none", named=named),
            _("end the query with an ORDER BY whose columns tell any two rows apart"),
        )


def _of_shares(shares: Shares) -> Advice | None:
    if shares.test:
        return Advice("test", shares.test)
    dealing = shares.dealing
    by_number = bool(shares.folds) if dealing is None else dealing.ordered and dealing.column is None
    return Advice("folds", shares.folds) if by_number else None


def _of_errors(errors: Any) -> Advice | None:
    by_number = errors is not None and (errors.kind == "HAC" or (errors.kind == "bootstrap" and not errors.labels))
    return Advice("se", str(errors)) if by_number else None
