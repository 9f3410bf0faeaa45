"""The steps: from a first line, the one term in or out that betters the criterion most, until none does.

    AIC  n log(RSS/n) + 2 k        BIC  n log(RSS/n) + k log n        adjusted R²  the least RSS / (n − k)

k counts the coefficients, b among them, and not σ. A term is whole: a category goes with all of its levels, an interaction with
all of its products. An interaction is in the line only beside what it is made of, where these are candidates. Of columns that are
collinear the later ones count nothing, and a term that brings none cannot go in. Criteria less than TIE apart are equal, which is
more than the rounding of stored numbers makes: then a term rather goes out than in, and the earlier one stays. What is compared is
certain to far more digits. Every step betters the criterion, so it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ldexp, log, pi
from typing import Any

from flint import arb, ctx

from wxb.errors import NumericalError, UsageError
from wxb.i18n import _
from wxb.moments import Moments
from wxb.moments.log_weights import HALF_BITS
from wxb.numbers import counted, thousands
from wxb.printable import show
from wxb.stepwise.steps import Criterion, Direction, Step, Steps
from wxb.stepwise.sweeps import ACCURACY, BITS, PassesThrough, Sweeps

TIE = 1e-9  # of n log(RSS/n) and its like
MOST = 200  # columns of all candidates: a sweep of so many takes a twentieth of a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A term. text : what it is called        columns : its places among the terms of the moments

    within : the candidates, by place, that are made of this one's factors and more
    """

    text: str
    columns: tuple[int, ...]
    within: frozenset[int] = frozenset()


def select(
    moments: Moments,
    candidates: Sequence[Candidate],
    criterion: Criterion,
    direction: Direction,
    always: frozenset[int] = frozenset(),
) -> tuple[Steps, tuple[str, ...]]:
    """The steps, and the terms of the moments that the chosen line has.  always : places of candidates that are in every line

    NumericalError where a line leaves nothing of the target, or the first has too few rows.
    """
    columns = [column for one in candidates for column in one.columns]
    if len(columns) > MOST:
        raise UsageError(
            _(
                "selection is among {most} columns at most, and there are {count}",
                most=MOST,
                count=thousands(len(columns)),
            ),
            _('leave some out, or take a penalty, which chooses too: `l1="auto"` with `folds=5`'),
        )
    try:
        return _Search(moments, candidates, criterion, direction, always).run()
    except PassesThrough:
        raise NumericalError(
            _("a line of these terms passes through every row, so no criterion can compare it"),
            _("see whether {target} is computed from one of them, and leave that out", target=show(moments.target)),
        ) from None


@dataclass(slots=True)
class _Move:
    place: int
    columns: tuple[int, ...]
    entered: bool
    left: Any
    value: Any


@dataclass
class _Search:
    """kept : {place of a candidate in the line: its columns that are}"""

    moments: Moments
    candidates: Sequence[Candidate]
    criterion: Criterion
    direction: Direction
    always: frozenset[int]
    kept: dict[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])

    def __post_init__(self) -> None:
        self.rows = self.moments.rows
        self.sweeps = Sweeps(self.moments)
        if not self.sweeps.varies(self.sweeps.last):
            raise NumericalError(
                _("{target} does not vary, so no term explains it", target=show(self.moments.target)),
                _("look at the target"),
            )

    def run(self) -> tuple[Steps, tuple[str, ...]]:
        first = range(len(self.candidates)) if self.direction != "forward" else sorted(self.always)
        if first:
            self._take(first)
        start, lines = self._texts(), []
        now = self._certain(self._now)
        lines.append(self._line("", False, now))
        while True:
            best = self._best(now.value)
            if best is None:
                break
            self._make(best)
            now = best
            lines.append(self._line(self.candidates[best.place].text, best.entered, best))
        steps = Steps(
            criterion=self.criterion,
            direction=self.direction,
            candidates=tuple(one.text for one in self.candidates),
            start=start,
            always=tuple(self.candidates[place].text for place in sorted(self.always)),
            chosen=self._texts(),
            lines=tuple(lines),
        )
        places = sorted(column for place in self.kept for column in self.candidates[place].columns)
        return steps, tuple(self.moments.terms[column] for column in places)

    def _take(self, places: Sequence[int]) -> None:
        """These terms but what others before them tell, those that stay in every line first."""
        count = 1 + sum(len(self.candidates[place].columns) for place in places)
        if self.rows <= count:
            all_of_them = len(places) == len(self.candidates)
            raise NumericalError(
                _(
                    "{rows} are too few to begin with {these}, {count} coefficients",
                    rows=counted(self.rows, "row"),
                    these=_("all terms") if all_of_them else _("the terms of `always=`"),
                    count=count,
                ),
                _('give `direction="forward"`, which begins with none') if all_of_them else _("name fewer of them"),
            )
        ordered = sorted(places, key=lambda place: place not in self.always)
        taken = set(self.sweeps.begin_with([column for place in ordered for column in self.candidates[place].columns]))
        for place in places:
            one = self.candidates[place]
            columns = tuple(column for column in one.columns if column in taken)
            if columns:
                self.kept[place] = columns

    @property
    def coefficients(self) -> int:
        return 1 + sum(map(len, self.kept.values()))

    def _now(self) -> list[_Move]:
        return [self._move(-1, (), False, self.sweeps.left, 0)]

    def _best(self, value: Any) -> _Move | None:
        """The move that betters the value most; None where none certainly does."""
        best = None
        for move in self._certain(self._moves, several=True):
            if move.value < (value if best is None else best.value) - TIE:
                best = move
        return best

    def _certain(self, made: Callable[[], list[_Move]], several: bool = False) -> Any:
        """Moves whose remainders have ACCURACY bits; all is formed anew with more where they do not."""
        while True:
            with ctx.workprec(BITS):
                moves = made()
            if all(move.left > 0 and move.left.rel_accuracy_bits() >= ACCURACY for move in moves):
                return moves if several else moves[0]
            self.sweeps.widened()

    def _moves(self) -> list[_Move]:
        """What may go out, the last first; then what may come in, the first first."""
        found = []
        if self.direction != "forward":
            for place in sorted(self.kept, reverse=True):
                if place not in self.always and not self.candidates[place].within & self.kept.keys():
                    columns = self.kept[place]
                    left = self.sweeps.left + self.sweeps.explained(columns)
                    found.append(self._move(place, columns, False, left, -len(columns)))
        if self.direction != "backward":
            for place, one in enumerate(self.candidates):
                if place in self.kept or self._waits(place):
                    continue
                columns, gain = self.sweeps.would_explain(one.columns)
                if columns and self.rows > self.coefficients + len(columns):
                    found.append(self._move(place, columns, True, self.sweeps.left - gain, len(columns)))
        return found

    def _waits(self, place: int) -> bool:
        """Whether a candidate is made of another that is not in the line, though it could be."""
        made_of = (other for other, one in enumerate(self.candidates) if place in one.within and other not in self.kept)
        return any(self.sweeps.would_explain(self.candidates[other].columns)[0] for other in made_of)

    def _move(self, place: int, columns: tuple[int, ...], entered: bool, left: Any, more: int) -> _Move:
        count = self.coefficients + more
        if self.criterion == "adjusted-r2":
            value = self.rows * (left / (self.rows - count)).log()
        else:
            each = arb(2) if self.criterion == "aic" else arb(self.rows).log()
            value = self.rows * left.log() + each * count
        return _Move(place, columns, entered, left, value)

    def _make(self, move: _Move) -> None:
        self.sweeps.move(move.columns)
        if move.entered:
            self.kept[move.place] = move.columns
        else:
            del self.kept[move.place]

    def _line(self, term: str, entered: bool, at: _Move) -> Step:
        """What is said of a line."""
        ledger = self.moments.ledger
        with ctx.workprec(BITS):
            rss = at.left * arb(2) ** (2 * ledger.exponents[-1]) / ledger.integers[0][0]
            mean_square = rss / self.rows
            if self.criterion == "adjusted-r2":
                tss = arb(self.sweeps.square_of_target)
                value = 1 - at.left / (self.rows - self.coefficients) / (tss / (self.rows - 1))
            else:
                each = 2.0 if self.criterion == "aic" else log(self.rows)
                logs = 0.0 if self.moments.log_weights is None else ldexp(self.moments.log_weights, -2 * HALF_BITS)
                value = self.rows * (mean_square.log() + log(2 * pi) + 1) - logs + each * self.coefficients
        return Step(
            term=term,
            entered=entered,
            coefficients=self.coefficients,
            rss=float(rss.mid()),
            value=float(value.mid()),
        )

    def _texts(self) -> tuple[str, ...]:
        return tuple(self.candidates[place].text for place in sorted(self.kept))
