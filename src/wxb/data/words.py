"""What a cell of text means: a number, yes or no, nothing, or something that is no number.

A number is, in ASCII, an optional sign, digits with at most one point among them, an optional exponent: `5`, `-2.5`,
`.5`, `5.`, `1e3`, `+5`, spaces around it ignored. `1,000`, `5%`, `$5`, `0x10`, `100_1` (an identifier, though Python
reads it as 1001), `−5` (U+2212) and `５` are refused: each could mean something else, and a guess that is wrong is
silent. An integer keeps all its digits, however many it has up to 2^106: `values + low`. `inf`, `Infinity` and what
overflows a double (`1e400`) read as infinite, which is refused later with its place; what underflows (`1e-400`) reads
as 0. `number` is the one judge of this, for every reader and for what is typed.

Missing, in any letter case: an empty cell, NA, N/A, #N/A, NaN (`-nan` as C prints it), null, None, <NA> and a lone `.`
(SAS, Stata). A lone `-` is not: in accounts it means zero. They are missing as labels of groups too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.i18n import N_, _

MISSING_WORDS = frozenset({"", "na", "n/a", "#n/a", "nan", "-nan", "+nan", "null", "none", "<na>", "."})
# The spellings met in practice, for readers that compare text letter by letter.
MISSING_SPELLINGS = (
    "", "NA", "N/A", "n/a", "na", "#N/A", "NaN", "nan", "NAN", "-nan", "null", "NULL", "Null", "None", "none", "<NA>", ".",
)  # fmt: skip
TRUTHS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}
# What 1 stands for. One spelling whatever the file's, so that the same table gives the same terms from any format.
TRUE_WORD = {"true": "TRUE", "false": "TRUE", "yes": "yes", "no": "yes"}
EXACT_LIMIT = 2.0**53

_INTEGER = re.compile(r"[+-]?[0-9]+")


@dataclass(slots=True)
class Cells:
    """One column of some rows as numbers.

    values : (n,) float64; NaN is missing        low : (n,) what `values` could not hold, or None
    missing : (n,) marks of missing cells, beside the NaN ones, or None      integral : every number is an exact integer
    finite : known to hold nothing but finite numbers
    """

    values: Vector
    low: Vector | None = None
    missing: NDArray[np.bool_] | None = None
    integral: bool = False
    finite: bool = False


class Texts(NamedTuple):
    """A column of text read as numbers; `bad` are the positions of what is neither number nor missing."""

    cells: Cells
    bad: list[int]


def is_missing(text: str) -> bool:
    return text.strip().lower() in MISSING_WORDS


def boolean_word(texts: Sequence[str]) -> str:
    """`TRUE` or `yes` when every text that is not missing is of one yes/no pair, else ""."""
    words = (text.strip().lower() for text in texts)
    if next((word for word in words if word not in MISSING_WORDS), "") not in ("true", "false", "yes", "no"):
        return ""
    seen = {text.strip().lower() for text in texts} - MISSING_WORDS
    if seen and seen <= {"true", "false"}:
        return "TRUE"
    return "yes" if seen and seen <= {"yes", "no"} else ""


def number(text: str, decimal: str = ".") -> float | None:
    """The number a cell holds; NaN when it is missing, None when it is neither."""
    if is_missing(text):
        return np.nan
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    if not text.isascii() or "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def integer_parts(text: str) -> tuple[float, float] | None:
    """(value, remainder) of an integer of any length, None when the text is no plain integer."""
    text = text.strip()
    return split_integer(int(text)) if len(text) < 300 and _INTEGER.fullmatch(text) else None


def split_integer(whole: int) -> tuple[float, float]:
    """(value, remainder): `value` the nearest double, `remainder` the rest, exact up to 2^106."""
    try:
        value = float(whole)
    except OverflowError:
        return (np.inf if whole > 0 else -np.inf), 0.0
    return value, float(whole - int(value))


def texts_as_numbers(texts: Sequence[str], decimal: str = ".") -> Texts:
    """Read cells of text as numbers, quickly when all are plain."""
    bad: list[int] = []
    try:
        joined = "".join(texts)
        if decimal != "." or not joined.isascii() or "_" in joined:
            raise ValueError
        values = np.array([float(text) for text in texts], dtype=np.float64)
    except ValueError:
        found = [number(text, decimal) for text in texts]
        bad = [position for position, value in enumerate(found) if value is None]
        values = np.array([0.0 if value is None else value for value in found], dtype=np.float64)
    low = None
    large = np.flatnonzero(np.abs(values) >= EXACT_LIMIT)
    whole = True
    if large.size:
        low = np.zeros(len(values))
        for position in large.tolist():
            parts = integer_parts(texts[position])
            if parts is None:
                whole = False
            else:
                values[position], low[position] = parts
        if not low.any():
            low = None
    return Texts(Cells(values, low, integral=whole and whole_numbers(values)), bad)


def whole_numbers(values: Vector) -> bool:
    """Whether every value is an integer; NaN and infinities count as such (they are refused or dropped elsewhere)."""
    head = values[:64]
    if not (_whole(head)):
        return False
    return len(values) <= 64 or _whole(values)


def _whole(values: Vector) -> bool:
    return bool(((values == np.rint(values)) | ~np.isfinite(values)).all())


def texts_as_truths(texts: Sequence[str], word: str) -> Texts:
    """Read cells of yes/no text as 1 and 0; `word` is what 1 stands for, as `boolean_word` gave it."""
    values = np.zeros(len(texts))
    bad = []
    for position, text in enumerate(texts):
        lower = text.strip().lower()
        if lower in MISSING_WORDS:
            values[position] = np.nan
        elif TRUE_WORD.get(lower) == word:
            values[position] = TRUTHS[lower]
        else:
            bad.append(position)
    return Texts(Cells(values, integral=True), bad)


_COUNTED = {
    "row": (N_("{n} row"), N_("{n} rows")),
    "line": (N_("{n} line"), N_("{n} lines")),
    "field": (N_("{n} field"), N_("{n} fields")),
    "value": (N_("{n} value"), N_("{n} values")),
}


def count(number_of: int, noun: str) -> str:
    """`1 row`, `2 rows`."""
    return _(_COUNTED[noun][number_of != 1], n=number_of)
