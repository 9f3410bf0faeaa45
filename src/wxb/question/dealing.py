"""How rows come into folds by something else than their numbers, as one short text, and which row is where once that is settled.

    school          each value of the column is a fold of its own, so that none is on both sides
    5:school        5 folds of whole values, the largest first, each into the fold with the fewest rows
    time:5          rows as they follow each other, in 6 stretches: each but the first is judged by the line of those before it
    time:5:day      the same in the order of a column, whose equal values stay together

A column whose name holds a `:`, is `time` or a whole number stands in backticks. All rows decide which is where, so a pass before
that of the sums looks at them (`wxb.passes.dealing`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wxb._typing import Integers
from wxb.advice import Advice
from wxb.arguments import wrong
from wxb.data.block import Block
from wxb.errors import DataError, UsageError
from wxb.i18n import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealing:
    """count : folds that are judged, None for one of each value        column : whose values stay together, None for rows alone

    ordered : whether a fold is judged by what is before it, and not by all others
    """

    count: int | None = None
    column: str | None = None
    ordered: bool = False

    @classmethod
    def parse(cls, text: str) -> Dealing:
        """That of such a text; UsageError for one that is none."""
        along = re.fullmatch(r"time(?::(\d{1,20})(?::(.+))?)?", text)
        if along is not None:
            if along[1] is None:
                raise UsageError(
                    _("{folds} does not say how many", folds=Advice("folds", text)),
                    _("give {folds}; a column of that name stands in backquotes", folds=Advice("folds", "time:5")),
                )
            return cls(count=int(along[1]), column=along[2] and _name(along[2], text), ordered=True)
        groups = re.fullmatch(r"(\d{1,20}):(.+)", text)
        if groups is not None:
            return cls(count=int(groups[1]), column=_name(groups[2], text))
        if _is_number(text):
            raise wrong("folds", _("a whole number"), text, _("a column of that name stands in backquotes"))
        return cls(column=_name(text, text))

    def __str__(self) -> str:
        name = self.column
        if name is not None and (":" in name or name == "time" or _is_number(name)):
            name = f"`{name}`"
        parts = ("time" if self.ordered else None, None if self.count is None else str(self.count), name)
        return ":".join(part for part in parts if part is not None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _name(text: str, whole: str) -> str:
    quoted = re.fullmatch(r"`([^`]+)`", text)
    if quoted is None and (":" in text or "`" in text or not text.strip()):
        what = _("{folds} cannot be read", folds=Advice("folds", whole))
        raise UsageError(
            what,
            _(
                "give {groups} or {times}; a column whose name holds a colon stands in backquotes",
                groups=Advice("folds", "5:school"),
                times=Advice("folds", "time:5:day"),
            ),
        )
    return text if quoted is None else quoted[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What the rows made of a `Dealing`.

    count : stretches or folds, numbered from 0
    place, folds : which of a block's columns of labels says it, and the fold of each of its values
    starts : without a column, numbers of the rows at which stretches begin, but for the first
    """

    count: int
    place: int | None = None
    folds: Mapping[Any, int] | None = None
    starts: Integers | None = None

    def of(self, block: Block) -> Integers:
        """(n,) fold of each row."""
        if self.place is None:
            assert self.starts is not None
            return np.searchsorted(self.starts, block.row_numbers(), side="right")
        assert self.folds is not None
        labels = block.labels[self.place]
        used = np.flatnonzero(np.bincount(labels.codes, minlength=len(labels.values)))
        table = np.zeros(len(labels.values), dtype=np.int64)
        for code in used.tolist():
            fold = self.folds.get(labels.values[code])
            if fold is None:
                raise DataError(
                    _(
                        "the table changed while it was read: {label!r} was not there at first",
                        label=labels.values[code],
                    ),
                    _("fit it when nothing writes to it any more, or a copy of it"),
                )
            table[code] = fold
        return table[labels.codes]
