"""The moments of a question's shares: what every method on moments begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from wxb.data.reading import Reading
from wxb.errors import DataError, NumericalError, UsageError
from wxb.i18n import _, _n
from wxb.moments import Moments
from wxb.numbers import counted
from wxb.passes.labelled import Labelled
from wxb.printable import show
from wxb.question import Question
from wxb.question.shares import TEST, Shares
from wxb.solve import MANY, Solution, solve, solve_quickly


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """train : moments of the training rows        test : of those held out, or None        folds : of each fold, or ()

    others : results of the statistics that went along        source : as the user would name it, "" for bare moments
    solved : finds the minimum over the training rows of a design with categories, by the way that collinear terms go
    """

    train: Moments
    test: Moments | None = None
    folds: tuple[Moments, ...] = ()
    others: tuple[Any, ...] = ()
    source: str = ""
    solved: Callable[[str], Solution] | None = None

    def minimum(self, question: Question) -> Solution:
        """The exact minimum of the training rows."""
        with self._told():
            if self.solved is not None:
                return self.solved(question.rank)
            return solve(self.train, intercept=question.intercept, rank=question.rank)

    def quickly(self, question: Question) -> Solution | None:
        """The same of rounded sums; None of many columns that they hardly tell apart."""
        if len(self.train.terms) <= MANY:
            return self.minimum(question)
        with self._told():
            return solve_quickly(self.train, intercept=question.intercept)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors name the source."""
        try:
            yield
        except NumericalError as error:
            said = f"{self.source}: {error.what}" if self.source else error.what
            raise NumericalError(said, error.do) from None


def sums_of(found: Labelled, others: tuple[Any, ...], question: Question, source: str, reading: Reading) -> Sums:
    """The sums of a scan by share; DataError and UsageError where a share has no rows."""
    shares = question.shares
    folds = tuple(found.sums[k] for k in range(shares.count))
    train, test = sum(folds[1:], folds[0]), found.sums.get(TEST)
    if train.rows == 0:
        raise _nothing_left(question, source, reading, test.rows if test else 0)
    refuse_idle(shares, train.rows, test.rows if test else 0, reading.rows)
    return Sums(train=train, test=test, folds=folds if shares.folds else (), others=others, source=source)


def refuse_idle(shares: Shares, train: int, test: int, rows: int) -> None:
    """UsageError where no row is held out, or there are more folds than rows.  train, test : rows of each        rows : read"""
    if shares.test and not test:
        raise UsageError(
            _("`test={test:g}` held out none of {rows}", test=shares.test, rows=counted(train, "row")),
            _("hold out a larger share, or use another `seed=`"),
        )
    if isinstance(shares.folds, int) and shares.folds > rows:
        raise UsageError(
            _("{folds} folds of {rows}: there are more folds than rows", folds=shares.folds, rows=counted(rows, "row")),
            _("use fewer folds; `folds={rows}` leaves out one row at a time", rows=rows),
        )


def _nothing_left(question: Question, source: str, reading: Reading, held_out: int) -> DataError | UsageError:
    if reading.dropped:
        return DataError(
            _("{source}: no row is left; all {dropped} have missing values", source=source, dropped=reading.dropped),
            _("fill them in"),
        )
    if question.selection.weights is not None and not held_out:
        what = _(
            "{source}: no row counts, for every weight in {weights} is 0",
            source=source,
            weights=show(question.selection.weights),
        )
        return DataError(what, _("give some row a positive weight"))
    if question.selection.frequency is not None and reading.rows and not held_out:
        what = _(
            "{source}: no row is there, for every frequency in {frequency} is 0",
            source=source,
            frequency=show(question.selection.frequency),
        )
        return DataError(what, _("give some row a frequency of 1 or more"))
    if held_out:
        return UsageError(
            _n(
                "`test={test:g}` held out the only row",
                "`test={test:g}` held out all {n} rows",
                held_out,
                test=question.shares.test,
            ),
            _("hold out a smaller share"),
        )
    return DataError(
        _("{source} has no data rows", source=source), _("a fit needs at least as many rows as coefficients")
    )
