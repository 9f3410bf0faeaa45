"""A column read as labels: codes of rows, and what each code stands for.

A label is a number, True or False, or a text without the spaces around it; `1` and `1.0` are one. Only the different cells of a
column are looked at one by one, never its rows. The labels may stand in any order, and some may have no row.

>>> labels_of(["north", " south", "north", None])
Labels(codes=array([0, 1, 0, 0]), values=('north', 'south'), missing=array([False, False, False,  True]))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.data.kinds import Kind
from wxb.data.numbers import is_gone
from wxb.data.times import nanoseconds, text_of_instant, time_of
from wxb.data.words import EXACT_LIMIT, TRUTHS, integer_parts, number
from wxb.errors import DataError
from wxb.i18n import _

Codes = NDArray[np.int64]
Marks = NDArray[np.bool_]

AS_THEY_ARE = {str, int, float, bool}  # types of labels that no source writes in a way of its own


@dataclass(frozen=True, slots=True)
class Labels:
    """Row i has the label `values[codes[i]]`. Blocks cut from one column share their `values`.

    codes : (n,) int64        values : the labels, each once
    missing : (n,) marks of rows without a label, whose codes mean nothing; None where there are none, as in every block
    """

    codes: Codes
    values: tuple[Any, ...]
    missing: Marks | None = None

    def cut(self, start: int, stop: int) -> Labels:
        """The labels of some rows that follow each other."""
        gone = self.missing
        return Labels(self.codes[start:stop], self.values, None if gone is None else _any(gone[start:stop]))

    def at(self, places: NDArray[np.int64] | slice) -> Labels:
        """The labels of the rows at these places."""
        gone = self.missing
        return Labels(self.codes[places], self.values, None if gone is None else _any(gone[places]))


def labels_of(things: Sequence[Any]) -> Labels:
    """The labels of things, in order of first appearance."""
    try:
        table = {thing: code for code, thing in enumerate(dict.fromkeys(things))}
    except TypeError:
        wrong = next(thing for thing in things if type(thing).__hash__ is None)
        raise DataError(
            _("a column of labels holds a {kind}, which is none", kind=type(wrong).__name__),
            _("give texts, numbers or dates as labels"),
        ) from None
    codes = np.fromiter(map(table.__getitem__, things), np.int64, len(things))
    return coded(codes, tuple(table))


def labels_of_array(found: NDArray[Any]) -> Labels:
    """The labels of a NumPy array of numbers, bools or times, which are written as text."""
    kind = found.dtype.kind
    if kind in "iu":
        return labels_of_integers(found)
    if kind == "b":
        return Labels(found.astype(np.int64), (False, True))
    values, codes = np.unique(found, return_inverse=True)
    write = _time if kind == "M" else str
    texts = [None if gone else write(str(one)) for one, gone in zip(values, np.isnat(values))] if kind in "mM" else None
    return coded(codes.reshape(-1).astype(np.int64), tuple(values.tolist() if texts is None else texts))


def labels_of_integers(found: NDArray[np.integer[Any]]) -> Labels:
    """The labels of whole numbers, ascending, without looking at them one by one."""
    low, high = int(found.min(initial=0)), int(found.max(initial=0))
    if high - low > 4 * len(found) + 1024:
        labels, codes = np.unique(found, return_inverse=True)
        return Labels(codes.astype(np.int64), tuple(labels.tolist()))
    offsets = found.astype(np.int64) - low
    present = np.flatnonzero(np.bincount(offsets, minlength=1))
    table = np.zeros(high - low + 1, dtype=np.int64)
    table[present] = np.arange(len(present))
    return Labels(table[offsets], tuple((present + low).tolist()))


def coded(codes: Codes, things: Sequence[Any], missing: Marks | None = None) -> Labels:
    """The labels of rows whose different cells are known: row i has `things[codes[i]]`, some of which are missing or alike."""
    places, values = _places(things, _plain)
    if len(values) < len(things):
        codes = places[codes]
        gone = codes < 0
        if gone.any():
            codes[gone] = 0
            missing = gone if missing is None else missing | gone
    return Labels(codes, values, missing)


def as_meant(values: Sequence[Any], kind: Kind) -> tuple[Codes, tuple[Any, ...]]:
    """(place of each label among those meant, these): labels as a column of this kind has them, whatever source they are from.

    Texts of a column of numbers are numbers, of true and false True and False; times are text. −1 : a text that is no number.
    """
    return _places(values, lambda thing: _meant(thing, kind))


def as_written(values: Sequence[Any], kind: Kind) -> tuple[Codes, tuple[Any, ...]]:
    """The same of labels of groups: as they are written, but for instants and dates, which every source writes in its own way."""
    if not kind.is_time and {*map(type, values)} <= AS_THEY_ARE:
        return np.arange(len(values)), tuple(values)
    return _places(values, lambda thing: _time(thing) if kind.is_time else label_of(thing))


def label_of(thing: Any) -> Any:
    """A thing as a label of groups: an instant or a date as the text that it has in every source."""
    return _time(thing) if isinstance(thing, date | np.datetime64) else thing


def _places(things: Sequence[Any], meaning: Callable[[Any], Any]) -> tuple[Codes, tuple[Any, ...]]:
    """(place of each thing among what is made of them, −1 where that is None; what is made of them, each once)."""
    table: dict[Any, int] = {}
    places = [-1 if (label := meaning(thing)) is None else table.setdefault(label, len(table)) for thing in things]
    return np.array(places, dtype=np.int64), tuple(table)


def _plain(thing: Any) -> Any:
    """A cell as a label, None where it is missing."""
    if is_gone(thing):
        return None
    return thing.strip() if isinstance(thing, str) else thing


def _meant(thing: Any, kind: Kind) -> Any:
    """A label as a column of this kind has it; None for a text that is no number."""
    if isinstance(thing, bool | np.bool_):
        return bool(thing)
    if kind.sort == "truth":
        word = thing.lower() if isinstance(thing, str) else thing
        return bool(TRUTHS[word]) if kind.word == "TRUE" and word in TRUTHS else word
    if kind.is_time or isinstance(thing, date):
        return _time(thing)
    if kind.sort == "text":
        return thing if isinstance(thing, str) else str(thing)
    return _number(thing)


def _time(thing: Any) -> str:
    """An instant in the one text it has in every source, 2024-01-02 or 2024-01-02 03:04:05; other times as they are written."""
    if isinstance(thing, str):
        found = nanoseconds(thing)
        return thing if found is None else text_of_instant(*found)
    time = time_of(thing)
    return str(thing) if time is None or time[0].sort != "instant" else text_of_instant(time[1], time[0].aware)


def _number(thing: Any) -> int | float | None:
    """A number as Python's: whole ones as int."""
    if isinstance(thing, str):
        whole = integer_parts(thing)
        return int(thing) if whole else _number(number(thing))
    if isinstance(thing, Decimal | Fraction):
        return int(thing) if thing == int(thing) else float(thing)
    if isinstance(thing, float | np.floating):
        return int(thing) if thing.is_integer() and abs(thing) < EXACT_LIMIT else float(thing)
    return None if thing is None else int(thing)


def _any(marks: Marks) -> Marks | None:
    return marks if marks.any() else None
