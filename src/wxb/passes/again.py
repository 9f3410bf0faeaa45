"""What a method is handed: the rows of a question, read as often as it asks; or their moments, where the rows are gone.

sums = passes.sums(question)             moments of the training rows, of test rows, of folds, in one pass
passes.each([statistic, …])              any other statistics in one pass; a second pass needs a source that can be read again
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from wxb._typing import Marks
from wxb.data.block import Block
from wxb.data.reading import Reading
from wxb.data.table import Scan
from wxb.errors import DataError, UsageError
from wxb.i18n import N_, _
from wxb.layout import Layout
from wxb.moments import Moments
from wxb.passes.by_share import held_out_of, label_of, share_moments
from wxb.passes.each import each
from wxb.passes.kept import RowsAgain
from wxb.passes.statistic import Statistic
from wxb.passes.sums import Sums, sums_of
from wxb.question import Question, Running

if TYPE_CHECKING:
    from wxb.design import Design
    from wxb.moments.gathered import SharesGathered
    from wxb.passes.checkpoint import Checkpoint
    from wxb.passes.identifiers import Identifiers

Ranges = tuple[tuple[float, float], ...]
Along = Callable[[Scan, "Callable[[Block], Marks] | None"], Sequence[Statistic[Any]]]


class Beside:
    """What else is made of the rows of a fit, by who asks for the fit, in the pass that sums them.

    make : the statistics, of (scan, held_out)        results : of each, once they are there
    """

    def __init__(self, make: Along) -> None:
        self.make, self.results = make, tuple[Any, ...]()


class Passes(Protocol):
    """source : as the user would name it        running : how the fit runs        rereadable : whether a second pass can be had

    held_out : marks the rows of a block that are no part of the training rows, None where all are
    terms : makes those of a block of raw columns, None where columns are terms as they stand
    """

    @property
    def source(self) -> str: ...

    @property
    def running(self) -> Running: ...
    @property
    def rereadable(self) -> bool: ...
    @property
    def held_out(self) -> Callable[[Block], Marks] | None: ...
    def sums(self, question: Question, *others: Statistic[Any]) -> Sums: ...
    @property
    def terms(self) -> Callable[[Block], Block] | None: ...
    @property
    def design(self) -> Design | None: ...
    def each(self, statistics: Sequence[Statistic[Any]], *, raw: bool = False) -> list[Any]: ...
    def rows(self, question: Question, blocks: Any) -> RowsAgain: ...


def _refuse_changed(source: str, before: Reading, now: Reading) -> None:
    """DataError where the rows of a second reading are not those of the first, as far as that shows."""
    if now.rows != before.rows:
        raise DataError(
            _(
                "{source} changed while it was read: {rows} rows at first, then {rows2}",
                source=source,
                rows=before.rows,
                rows2=now.rows,
            ),
            _("fit it when nothing writes to it any more, or a copy of it"),
        )
    if now.content != before.content:
        raise DataError(
            _("{source} has other rows when it is read again", source=source),
            _("hold its rows still, as `frame.persist()` does, or write them to Parquet and read that"),
        )


class RowPasses:
    """Passes over a scan.

    scan, reading : of the first pass, with what it found; `scan` as it was begun until then
    ranges : of each feature, where the pass of the sums looked at them
    design, gathered : of categories or a formula, closed when the sums are there; None where terms are columns as they stand.
        A second pass gives rows of its terms
    along : what else is made of the rows in the first pass, of (scan, held_out)        brought : what came of it
    beside : the same for who asked for the fit
    """

    def __init__(
        self,
        scan: Scan,
        running: Running,
        *,
        again: Callable[[], Scan] | None = None,
        checkpoint: Checkpoint | None = None,
        design: Design | None = None,
        along: Along | None = None,
        beside: Beside | None = None,
    ) -> None:
        self.scan = scan if design is None else design.formed(scan)
        self.running, self.checkpoint, self.design = running, checkpoint, design
        self.gathered: SharesGathered | None = None
        self.brought: tuple[Any, ...] = ()
        self._along, self._beside = along, beside
        self.reading = Reading()
        self.ranges: Ranges | None = None
        self.held_out: Callable[[Block], Marks] | None = None
        self._read_again, self._begun = again, False

    @property
    def source(self) -> str:
        return self.scan.source

    @property
    def rereadable(self) -> bool:
        return self._read_again is not None

    @property
    def terms(self) -> Callable[[Block], Block] | None:
        return None if self.design is None else self.design.dense

    def _again(self, raw: bool = False) -> Callable[[], Scan] | None:
        """Begins a scan of the terms anew, with `raw` of the columns that they are made of."""
        read, design = self._read_again, self.design
        return read if read is None or design is None else lambda: design.formed(read(), dense=not raw)

    def each(self, statistics: Sequence[Statistic[Any]], *, needed: int = 0, raw: bool = False) -> list[Any]:
        """The result of each statistic.

        needed : coefficients to be estimated; fewer rows are refused at once
        raw : whether a second pass gives the columns that the terms are made of, and not these
        """
        threads = self.running.threads
        if self._begun:
            begin = self._again(raw)
            if begin is None:
                raise DataError(
                    _("{source} can be read only once", source=self.scan.source),
                    _("write it to a file and give its path"),
                )
            scan = begin()
            if (
                scan.unproven is not None and not self.reading.dropped
            ):  # the first pass saw every number of the same arrays
                scan = replace(scan, parts=scan.unproven, form=None if scan.form is None else scan.form.unproven())
            again = each(scan, statistics, threads=threads)
            _refuse_changed(self.scan.source, self.reading, again.reading)
            return again.results
        more = () if self._along is None else self._along(self.scan, self.held_out)
        others = () if self._beside is None else self._beside.make(self.scan, self.held_out)
        passed = each(
            self.scan,
            [*statistics, *more, *others],
            threads=threads,
            progress=self.running.progress,
            checkpoint=self.checkpoint,
            needed=needed,
        )
        self._begun, self.scan, self.reading = True, passed.scan, passed.reading
        last = len(statistics) + len(more)
        self.brought = tuple(passed.results[len(statistics) : last])
        if self._beside is not None:
            self._beside.results = tuple(passed.results[last:])
        return passed.results[: len(statistics)]

    def sums(self, question: Question, *others: Statistic[Any]) -> Sums:
        """The moments of each share, and the results of what goes along, in one pass."""
        weighted = question.selection.weights is not None
        self.held_out = held_out_of(question.shares)
        moments = share_moments(self.scan, question.shares, question.precision, weighted)
        if self.design is None:
            needed = (
                0 if getattr(question.method, "any_rows", False) else len(Layout(self.scan.terms, question.intercept))
            )
            found, *more = self.each([moments, *others], needed=needed)
            self.ranges = found.ranges
            return sums_of(found, tuple(more), question, self.scan.source, self.reading)
        from wxb.design.close import refuse_identifiers
        from wxb.passes.gather import assembled, gathered, tallies_of

        watch, tallies = self.identifiers(self.design), tallies_of(self.design, question.shares)
        __, found, *more = self.each([watch, moments, *tallies, *others])
        self.ranges = found.ranges
        sums = sums_of(found, tuple(more[len(tallies) :]), question, self.scan.source, self.reading)
        self.gathered = gathered(self.design, question.shares, found.sums, more[: len(tallies)])
        try:
            self.design = self.design.meant(self.scan).closed(self.gathered.whole)
            refuse_identifiers(self.design, self.gathered.whole.rows)
        except DataError as error:
            raise DataError(f"{self.source}: {error.what}", error.do) from None
        return assembled(sums, self.design, self.gathered)

    def identifiers(self, design: Design, skip: int = 0) -> Identifiers:
        """What stops a pass that fills the memory with labels of an identifier.  skip : labels of groups before the design's"""
        from wxb.design.close import identifiers
        from wxb.passes.identifiers import Identifiers

        source = self.source

        def refusal(columns: Sequence[tuple[str, int]], rows: int) -> DataError:
            error = identifiers(columns, rows)
            return DataError(f"{source}: {error.what}", error.do)

        places = {place: one.column for place, one in enumerate(design.categories, skip) if not one.asked}
        return Identifiers.of(self.scan, places, refusal)

    def rows(self, question: Question, blocks: Any) -> RowsAgain:
        """Rows by share, again and again; blocks : as `KeptRows` kept them."""
        if self.design is not None and blocks is not None:
            blocks = list(map(self.design.dense, blocks))
        return RowsAgain(blocks, self._again(), label_of(question.shares))


class MomentsAlone:
    """Moments that were given, whose rows are gone."""

    source = N_("the moments")
    rereadable = False
    held_out = None
    terms = None
    design: Design | None = None

    def __init__(self, moments: Moments, running: Running) -> None:
        self.moments, self.running = moments, running

    def each(self, statistics: Sequence[Statistic[Any]], *, raw: bool = False) -> list[Any]:
        raise UsageError(_("this method needs rows, and moments hold none"), _("give the data themselves"))

    def sums(self, question: Question, *others: Statistic[Any]) -> Sums:
        return Sums(train=self.moments, others=tuple(self.each(others)) if others else ())

    def rows(self, question: Question, blocks: Any) -> RowsAgain:
        raise UsageError(_("this method needs rows, and moments hold none"), _("give the data themselves"))
