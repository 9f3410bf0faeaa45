"""Terms that are too many to be solved together, once the levels that are eliminated are taken off: what gives the same line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from wxb.advice import Advice
from wxb.design import Design
from wxb.errors import NumericalError
from wxb.i18n import _, both
from wxb.printable import show

MOST = 600  # terms that are assembled


def terms_left(design: Design, eliminated: Sequence[str]) -> int:
    """How many terms are left beside the levels that are eliminated."""
    own = [len(design.state.levels[name]) for name in eliminated if not design.category(name).absorbed]
    return len(design.terms) - sum(own)


def refuse_too_many(design: Design, eliminated: Sequence[str] = ()) -> None:
    """NumericalError where too many terms are left to be solved together."""
    left = terms_left(design, eliminated)
    if left > MOST:
        others = [one.column for one in design.categories if one.column not in eliminated] or list(eliminated)
        most = max(others, key=lambda column: len(design.state.levels[column]))
        if eliminated:
            raise NumericalError(
                _(
                    "{left} terms are left beside {eliminated}, too many to be solved together ({most} is the "
                    "most); those of {column} are the most of them",
                    left=left,
                    eliminated=both(*map(show, eliminated)),
                    most=MOST,
                    column=show(most),
                ),
                _instead(design, most),
            )
        raise NumericalError(
            _(
                "{left} terms are too many to be solved together ({most} is the most), and no category can "
                "be eliminated: the levels of {column} stand in an interaction, or beside those of another "
                "one without an intercept",
                left=left,
                most=MOST,
                column=show(most),
            ),
            _instead(design, most),
        )


def _instead(design: Design, most: str) -> str:
    """What can be done about too many terms.  most : the category with most levels"""
    counts = Counter(term.piece for term in design.terms)
    largest = design.pieces[max(counts, key=lambda piece: (counts[piece], len(design.pieces[piece].factors)))]
    columns = [one.column for one in largest.categories]
    summed = [column for column in columns if design.category(column).coding == "sum"]
    if len(largest.factors) > 1 and summed:
        return _(
            "leave `coding=sum` of {columns} out: interactions of so many levels are eliminated under treatment coding",
            columns=both(*map(show, summed)),
        )
    if len(columns) > 1 and not largest.numbers:
        together = both(*map(show, columns))
        return _(
            "write {columns} into one column, whose levels are what they are together, and name that one "
            "under C(): a category is eliminated however many levels it has",
            columns=together,
        )
    if columns and largest.numbers:
        level = max(columns, key=lambda column: len(design.state.levels[column]))
        return _(
            "{by} fits a line to each level, which is this line where all its terms stand beside "
            "{level}; else leave the interaction with {level} out",
            by=Advice("by", level),
            level=show(level),
        )
    return _("keep the intercept, or absorb {most}: {absorb}", most=show(most), absorb=Advice("absorb", most))
