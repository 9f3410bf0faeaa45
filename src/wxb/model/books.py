"""The books of a model: all that is known of its rows but the line itself, and how it adds up.

Sums, test rows and folds add share by share; bounds widen; counts add; what was noted is noted once. Models add only when every row
of theirs was read for the same line: the same target, terms, order of terms, intercept, precision, weights, shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wxb.advice import Advice
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import N_, _, both
from wxb.methods.penalised import Penalised
from wxb.methods.two_stage import TwoStage
from wxb.model.withheld import withheld
from wxb.moments import Moments
from wxb.moments.gathered import Gathered
from wxb.moments.tally import Tally
from wxb.numbers import number
from wxb.printable import show
from wxb.question import Question

Ranges = tuple[tuple[float, float], ...]

Summed = Moments | Gathered

TWICE = N_("the same rows twice?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """train : sums of the training rows        test : of those held out, or None        folds : of each fold, or ()

    Moments of the terms where these are columns, else what was gathered for the design.

    ranges : smallest and largest value of each term, or None        outer : some rows that set them may be forgotten
    dropped : rows left out        source_rows : rows read, these too; None where not known        notes : of the reader
    cautions : those of the notes that are new and must be seen
    clusters : moments of the training rows under labels, by the names of their columns
    """

    train: Summed
    test: Summed | None = None
    folds: tuple[Summed, ...] = ()
    ranges: Ranges | None = None
    outer: bool = False
    dropped: int = 0
    source_rows: int | None = None
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    clusters: Mapping[tuple[str, ...], Tally] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Fitted) -> Books:
        sums = model.gathered
        if not model.has_sums:
            raise withheld()
        return cls(
            train=sums.train if sums else model.sums,
            test=sums.test if sums else model.test_moments,
            folds=sums.folds if sums else model.fold_moments,
            ranges=model.column_ranges,
            outer=model.outer_ranges,
            dropped=model.dropped_rows,
            source_rows=model.source_rows,
            notes=_notes(model),
            clusters=model.clusters,
        )

    def __add__(self, other: Books) -> Books:
        both = None not in (self.source_rows, other.source_rows)
        return Books(
            train=_sum(self.train, other.train),
            test=None if self.test is None or other.test is None else _sum(self.test, other.test),
            folds=tuple(_sum(a, b) for a, b in zip(self.folds, other.folds, strict=True)),
            ranges=_union(self.ranges, other.ranges),
            outer=self.outer or other.outer,
            dropped=self.dropped + other.dropped,
            source_rows=(self.source_rows or 0) + (other.source_rows or 0) if both else None,
            notes=tuple(dict.fromkeys((*self.notes, *other.notes))),
            cautions=tuple(dict.fromkeys((*self.cautions, *other.cautions))),
            clusters={by: one + other.clusters[by] for by, one in self.clusters.items() if by in other.clusters},
        )


def _sum(one: Any, other: Any) -> Summed:
    """Of sums of the same design."""
    return one + other


def _notes(model: Fitted) -> tuple[str, ...]:
    """What was noted of the rows; an older model file keeps it among its warnings only."""
    if model.source_rows is not None or not model.is_minimum or not model.warnings:
        absorbs = any(one.absorbed for one in model.design.categories)
        again = model.solution.eliminated.remarks() if absorbs and model.solution.eliminated else ()
        return tuple(note for note in model.notes if note not in again)
    from wxb.report.warnings import each_that_gave_way, warnings_of

    derived = {*warnings_of(model.estimate), *each_that_gave_way(model.solution)}
    return tuple(text for text in model.warnings if text not in derived)


def _union(first: Ranges | None, second: Ranges | None) -> Ranges | None:
    if first is None or second is None:
        return None
    return tuple((min(a, c), max(b, d)) for (a, b), (c, d) in zip(first, second, strict=True))


def rows_dealt(model: Fitted) -> int:
    """Rows of the sources so far, dropped ones too: the number of the next one."""
    if model.source_rows is not None:
        return model.source_rows
    return model.n + model.dropped_rows + (0 if model.test_moments is None else model.test_moments.rows)


def refuse_dealt_folds(model: Fitted) -> None:
    """Folds by groups or by time, of which all rows together say which row is in which."""
    if model.question.shares.dealing is not None:
        raise UsageError(
            _(
                "{folds}: all rows together say which of them are in which fold, and this model has seen its own",
                folds=Advice("folds", str(model.question.shares.folds)),
            ),
            _("fit anew to the rows that are to count, or change a model without such folds"),
        )


def refuse_lost_folds(model: Fitted) -> None:
    """Folds of so few rows that their sums would be rows are not in a model file, so nothing can be added to them."""
    if model.question.shares.folds and not model.fold_moments:
        raise UsageError(
            _(
                "the {folds} folds of this model hold so few rows that its file does not keep them",
                folds=model.question.shares.folds,
            ),
            _("fit anew to all rows, or with fewer folds"),
        )
    if model.fold_moments and len(model.fold_moments) != model.question.shares.folds:
        raise UsageError(
            _(
                "this model has sums of {count} folds, and says that its rows are in {folds}",
                count=len(model.fold_moments),
                folds=model.question.shares.folds,
            ),
            _("its file was changed by hand: fit anew"),
        )


def refuse_unlike(first: Fitted, others: Sequence[Fitted]) -> None:
    """UsageError that names the first thing in which another model differs from the first."""
    for place, other in enumerate(others, 2):
        for what, mine, theirs, do in _marks(first, other):
            if mine != theirs:
                differs = _(what, mine=mine, theirs=theirs)
                raise UsageError(
                    _("model {place} cannot be added to the first: {differs}", place=place, differs=differs), do
                )


def _marks(first: Fitted, other: Fitted) -> list[tuple[str, str, str, str]]:
    """(what, in the first, in the other, what to do) for all that must be the same."""
    one, two = first.question, other.question
    again = _("fit one of them anew with the choices of the other")
    choices = [
        (N_("its sums are {theirs}, in the first {mine}"), "precision", one.precision, two.precision),
        (N_("of collinear terms it asks {theirs}, in the first {mine}"), "rank", one.rank, two.rank),
        (N_("it holds out {theirs}, in the first {mine}"), "test", one.shares.test, two.shares.test),
        (N_("it has {theirs}, in the first {mine}"), "folds", one.shares.folds, two.shares.folds),
    ]
    sums, *rest = [
        (what, str(Advice(name, mine)), str(Advice(name, yours)), again) for what, name, mine, yours in choices
    ]
    weights = _("give every row a weight, or none")
    return [
        *_columns(first, other),
        (N_("it absorbs {theirs}, in the first {mine}"), _absorbed(first), _absorbed(other), again),
        (N_("it is found by {theirs}, in the first {mine}"), *_ways(first, other), again),
        (N_("it is fitted {theirs}, in the first {mine}"), _intercept(one.intercept), _intercept(two.intercept), again),
        sums,
        (N_("its rows have {theirs}, in the first {mine}"), _weights(first), _weights(other), weights),
        *rest,
    ]


def _columns(first: Fitted, other: Fitted) -> list[tuple[str, str, str, str]]:
    """The same of the target and the terms."""
    named, others = _terms(first), _terms(other)
    mine, theirs = (", ".join(show(name, 80) for name in names) for names in (named, others))
    do = _("models of the same columns add")
    target = (N_("its target is {theirs}, in the first {mine}"), show(first.target), show(other.target), do)
    if sorted(named) != sorted(others):
        return [target, (N_("its terms are {theirs}, in the first {mine}"), mine, theirs, do)]
    order = first.terms if first.gathered is None else [piece.text for piece in first.design.pieces]
    do = _("fit it anew with features in the order {terms}", terms=", ".join(map(show, order)))
    return [target, (N_("its terms in order are {theirs}, in the first {mine}"), mine, theirs, do)]


def _terms(model: Fitted) -> tuple[str, ...]:
    """What its columns are, whatever levels each has; categories as a formula has them."""
    if model.gathered is None:
        return model.terms
    coded = {}
    for one in model.design.categories:
        base = "" if one.base is None else f", base={one.base}"
        coding = "" if one.coding == "treatment" else f", coding={one.coding}"
        coded[one.column] = f"C({one.column}{base}{coding})"
    return tuple(coded.get(piece.text, piece.text) for piece in model.design.pieces)


def _absorbed(model: Fitted) -> str:
    return both(*sorted(show(one.column) for one in model.design.categories if one.absorbed)) or _("nothing")


def _ways(first: Fitted, other: Fitted) -> tuple[str, str]:
    """How each was found; of two λ the numbers only where both were given: what one chose by its rows the other cannot have."""
    methods = [one.question.method for one in (first, other)]
    given = not any(isinstance(one, Penalised) and one.varied for one in methods)
    return _way(first.question, given), _way(other.question, given)


def kept_penalty(first: Fitted, others: Sequence[Fitted]) -> str | None:
    """That another model has chosen another λ by its rows than the one that stays, that of the first."""
    if first.penalised is None:
        return None
    for place, other in enumerate(others, 2):
        for name in ("l2", "l1"):
            mine, theirs = getattr(first.penalised, name), getattr(other.penalised, name)
            if mine != theirs:
                return _(
                    "{name} = {mine} of the first model stays, and model {place} has {theirs}: λ is not chosen anew by "
                    "the rows of all",
                    name=name,
                    mine=number(mine),
                    place=place,
                    theirs=number(theirs),
                )
    return None


def _way(question: Question, given: bool) -> str:
    """Least squares, whatever reached the minimum, or under which penalty, or two stages of which."""
    method = question.method
    if isinstance(method, Penalised):
        asked = [
            Advice(name, value if given else None) for name, value in (("l2", method.l2), ("l1", method.l1)) if value
        ]
        asked += [Advice("positive", True)] if method.positive else []
        asked += [] if method.standardise else [Advice("standardise", False)]
        asked += [] if method.penalise is None else [Advice("penalise", dict(sorted(method.penalise)))]
        return _("least squares with {options}", options=both(*map(str, asked))) if asked else _("least squares")
    if not isinstance(method, TwoStage):
        return _("least squares")
    terms, told = (", ".join(map(show, side)) for side in (method.of_endogenous, method.of_instruments))
    return _("two stages, {terms} by {told}", terms=terms, told=told)


def _intercept(there: bool) -> str:
    return _("with an intercept") if there else _("without an intercept")


def _weights(model: Fitted) -> str:
    return _("weights") if model.moments.weighted else _("no weights")


def same_rows_twice(parts: Sequence[Summed]) -> str | None:
    """A remark when two parts of a sum are the same to the last bit."""
    seen: dict[object, int] = {}
    sums = [part if isinstance(part, Moments) else part.plain for part in parts]
    for place, part in enumerate(sums, 1):
        width = part.ledger.width
        key = (part.rows, *(part.exact(i, width - 1) for i in range(width)))
        if part.rows and key in seen and part == sums[seen[key] - 1]:
            return _(
                "the sums of parts {first} and {second} are the same to the last bit: {twice}",
                first=seen[key],
                second=place,
                twice=_(TWICE),
            )
        seen.setdefault(key, place)
    return None
