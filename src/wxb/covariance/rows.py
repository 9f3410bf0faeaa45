"""What the covariances of rows share: how they ask for the rows, and the way back from whitened sums to coefficients.

A covariance asks for statistics of the rows, once or more often (`Asks`), and is sent what they came to: `answered` reads the rows
of one line for it; those of many groups are read together (`wxb.model.group_errors`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from wxb._typing import Matrix
from wxb.certainty import certainty_of
from wxb.covariance.classical import LEAST_DIGITS
from wxb.data.block import Block
from wxb.elimination.eliminated import Sandwich
from wxb.errors import NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.i18n import N_, _
from wxb.passes.again import Passes
from wxb.passes.once_more import Former, Found, OnceMore
from wxb.passes.row_sums import Wanted
from wxb.passes.statistic import Numbers, Statistic
from wxb.solve import Solution
from wxb.whitening import Whitening

READ = N_("the rows once more")

T = TypeVar("T")
Asks = Generator[Sequence[Statistic[Any]], list[Any], T]


def answered(asks: Asks[T], passes: Passes | None) -> T:
    """What comes of it when the rows are read as often as it asks; passes : None where it is known to ask for none."""
    try:
        wanted = next(asks)
        assert passes is not None
        while True:
            wanted = asks.send(passes.each(wanted, raw=True))
    except StopIteration as end:
        return end.value


def refuse_without_rows(name: str, passes: Passes) -> None:
    """UsageError where the rows cannot be had a second time, which `name` needs."""
    if not passes.rereadable:
        moments = passes.source == "the moments"
        gone = _("moments hold none") if moments else _("{source} can be read only once", source=passes.source)
        do = _("give the data themselves") if moments else _("write it to a file and give its path")
        raise UsageError(_("{name} errors need the rows once more, and {gone}", name=name, gone=gone), do)


def form_of(estimate: Estimate, terms: Callable[[Block], Block] | None = None) -> Former:
    """What the rows are to its solution: their terms and target, in two stages those of x̂. terms : of a block, as passes have it"""
    own = Numbers.of if estimate.stages is None else estimate.stages.form
    return own if terms is None else lambda block: own(terms(block))


def middle(estimate: Estimate, passes: Passes, wanted: Wanted, name: str) -> Asks[tuple[Whitening, Found] | None]:
    """How the rows are seen and what they came to; None where no error can be told, or each is certainly 0."""
    solution = estimate.solution
    sure = certainty_of(solution)
    if not solution.freedom or not solution.kept or solution.rss == 0 or sure.rss < LEAST_DIGITS:
        return None
    refuse_without_rows(name, passes)
    whitening = Whitening.of(solution)
    form = form_of(estimate, passes.terms)
    if solution.eliminated is not None:
        from wxb.passes.within import Within

        assert passes.design is not None
        form = Within(passes.design, solution, whitening.in_pairs, wanted.leverage)
        if not solution.eliminated.hidden:
            gone: Any = solution.eliminated
            gone.refuse_many()
            wanted = replace(wanted, by_level=wanted.lags is None and len(whitening.levels) == 1)
    [found] = yield [OnceMore(whitening, wanted, form=form, left_out=passes.held_out)]
    if found.rows != solution.rows:
        raise NumericalError(
            _(
                "{source} gave {rows} rows at first, then {rows2}",
                source=passes.source,
                rows=solution.rows,
                rows2=found.rows,
            ),
            _("fit it when nothing writes to it"),
        )
    return whitening, found


def nothing_to_tell(solution: Solution) -> Matrix | None:
    """(k, k) where no error can be told (NaN), or each is certainly 0; None elsewhere."""
    sure = certainty_of(solution)
    if solution.freedom and solution.kept and solution.rss and sure.rss >= LEAST_DIGITS:
        return None
    return matrix_of(solution, None, None, 1.0)


def matrix_of(solution: Solution, made: tuple[Whitening, Any] | None, meat: Matrix | None, factor: float) -> Matrix:
    """(k, k) of all coefficients, NaN for those that gave way; of a perfect fit 0, without degrees of freedom NaN."""
    whole = np.full((len(solution.layout),) * 2, np.nan)
    kept = np.ix_(solution.kept, solution.kept)
    if made is not None and meat is not None:
        made[0].refuse_out_of_range(np.sqrt(np.abs(meat).max(initial=0.0) * factor))
        with np.errstate(over="ignore", invalid="ignore"):
            whole[kept] = _of_kept(solution, made, meat)[kept] * factor
        told = _told(solution, made[1])
        if not np.isfinite(whole[np.ix_(told, told)]).all():
            raise NumericalError(
                _("the squares of the errors leave the range of a float64"), _("divide the target by a power of ten")
            )
    elif solution.freedom and solution.rss == 0:
        whole[kept] = 0.0
    return whole


def whitened_of(made: tuple[Whitening, Any] | None, meat: Matrix | None, factor: float) -> Matrix | None:
    """M of what `matrix_of` gives."""
    return None if made is None or meat is None else made[0].whole(meat * factor)


def beside_of(made: tuple[Whitening, Found] | None, meat: Matrix | None, factor: float) -> Sandwich | None:
    """The same, where levels that have coefficients were eliminated."""
    if made is None or meat is None or made[1].levels is None:
        return None
    levels = made[1].levels
    return Sandwich(meat=meat, spread=levels[:, 0], scores=levels[:, 1:]).times(factor)


def _told(solution: Solution, found: Found) -> Sequence[int]:
    """The coefficients that have errors."""
    gone: Any = solution.eliminated
    return solution.kept if gone is None or found.levels is not None else gone.kept


def _of_kept(solution: Solution, made: tuple[Whitening, Found], meat: Matrix) -> Matrix:
    """(k, k) of all coefficients, those kept right."""
    whole = np.full((len(solution.layout),) * 2, np.nan)
    whitening, found = made
    gone: Any = solution.eliminated
    if gone is None:
        whole[np.ix_(solution.kept, solution.kept)] = whitening.covariance(meat)
    elif found.levels is None:
        whole[np.ix_(gone.kept, gone.kept)] = whitening.covariance(meat)
    else:
        whole[:] = gone.sandwich(Sandwich(meat=meat, spread=found.levels[:, 0], scores=found.levels[:, 1:]))
    return whole
