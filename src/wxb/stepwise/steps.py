"""The way a line was chosen: which term went in or out, and what the criterion came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wxb.i18n import N_, _, _n
from wxb.numbers import MINUS, number, numbered
from wxb.values import Value, short

if TYPE_CHECKING:
    import pyarrow

Criterion = Literal["aic", "bic", "adjusted-r2"]
Direction = Literal["both", "backward", "forward"]
CRITERIA: dict[Criterion, str] = {"aic": "AIC", "bic": "BIC", "adjusted-r2": N_("adjusted R²")}  # in words
MOST_SHOWN = 6  # steps in one line of text


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line on the way.

    term : what went in or out to come here, "" for the first        entered : whether it went in
    coefficients : of the line, b among them        rss : what it leaves        value : of the criterion
    """

    term: str
    entered: bool
    coefficients: int
    rss: float
    value: float

    @property
    def sign(self) -> str:
        """ "+" or "−", "" of the first line."""
        return "" if not self.term else "+" if self.entered else MINUS


@dataclass(frozen=True, eq=False, kw_only=True)
class Steps(Value):
    """How a line was selected among those of some candidates.

    Attributes
    ----------
    criterion : "aic", "bic" (both as `model.inference` has them) or "adjusted-r2"        direction : "both", "backward", "forward"
    candidates : the terms there were, a category or an interaction as a whole        start : those of the first line
    always : those that had to be in every line
    lines : the first, and one for each step        chosen : the terms of the last
    """

    criterion: Criterion
    direction: Direction
    candidates: tuple[str, ...]
    start: tuple[str, ...]
    chosen: tuple[str, ...]
    lines: tuple[Step, ...]
    always: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """What must be known of all that is said of the chosen line."""
        return _n(
            "these rows chose the terms by {criterion}, of {n} candidate: p values and intervals take no account of that, and "
            "are too good; on rows that had no part in it they would be what they say",
            "these rows chose the terms by {criterion}, of {n} candidates: p values and intervals take no account of that, and "
            "are too good; on rows that had no part in it they would be what they say",
            len(self.candidates) - len(self.always),
            criterion=_(CRITERIA[self.criterion]),
        )

    def __repr__(self) -> str:
        moved = [f"{one.sign} {short(one.term)}" for one in self.lines[1:]]
        shown = ", ".join(moved[:MOST_SHOWN]) + (", …" if len(moved) > MOST_SHOWN else "")
        first, last = self.lines[0], self.lines[-1]
        found = f"{CRITERIA[self.criterion]} {number(first.value, 6)} to {number(last.value, 6)}"
        of = f"{len(self.chosen)} of {numbered(len(self.candidates), 'term')}"
        return f"Steps({self.direction}, {of}, {found}{': ' + shown if shown else ''})"

    def __len__(self) -> int:
        """How many steps were made."""
        return len(self.lines) - 1

    def to_arrow(self) -> pyarrow.Table:
        """A row for the first line and one for each step: term, entered, coefficients, rss, and the criterion by its name."""
        import pyarrow

        lines: Sequence[Step] = self.lines
        return pyarrow.table(
            {
                "term": pyarrow.array([one.term or None for one in lines], pyarrow.string()),
                "entered": pyarrow.array([one.entered if one.term else None for one in lines], pyarrow.bool_()),
                "coefficients": [one.coefficients for one in lines],
                "rss": [one.rss for one in lines],
                self.criterion.replace("-", "_"): [one.value for one in lines],
            }
        )
