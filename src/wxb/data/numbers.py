"""NumPy arrays and Python objects as exact columns of doubles.

float64 is taken as it is, without a copy; float16, float32 and small integers fit exactly; 64-bit integers and long doubles
are split into `values + low`, low being what the nearest double leaves; times are days, in such pairs (see `times`).
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.kinds import DURATION, NUMBER, WHOLE, Kind, float_kind, instant, truth
from wxb.data.times import days_of_nanoseconds, nanoseconds, ticks_to_days, time_of
from wxb.data.words import (
    EXACT_LIMIT,
    TRUE_WORD,
    TRUTHS,
    Cells,
    Texts,
    boolean_word,
    is_missing,
    split_integer,
    whole_numbers,
)

NUMERIC_KINDS = "fiubmM"


def dtype_kind(dtype: np.dtype[Any]) -> Kind:
    """What numbers of a NumPy type mean; bools as the numbers 1 and 0."""
    if dtype.kind == "f":
        return float_kind(dtype.itemsize)
    return instant(aware=False) if dtype.kind == "M" else DURATION if dtype.kind == "m" else WHOLE


def array_cells(array: NDArray[Any]) -> Cells:
    """(n,) array of any numeric kind as cells."""
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "f":
        if size == 8:
            return Cells(array if array.dtype.isnative and array.flags.aligned else array.astype(np.float64))
        if size < 8:
            return Cells(array.astype(np.float64))
        return _long_double(array)
    if kind in "iu":
        if size == 8:
            values, low = split_int64(array)
            return Cells(values, low, integral=True)
        return Cells(array.astype(np.float64), integral=True)
    if kind == "b":
        return Cells(array.astype(np.float64), integral=True)
    values, low, missing = ticks_to_days(array)
    return Cells(values, low, missing, integral=low is None and whole_numbers(values))


def split_int64(array: NDArray[Any]) -> tuple[Vector, Vector | None]:
    """64-bit integers as (nearest double, remainder or None)."""
    values = array.astype(np.float64)
    if not array.size or (values.max() < EXACT_LIMIT and values.min() > -EXACT_LIMIT):
        return values, None
    # Halves of 32 bits: high·2^32 − values is an integer below 2^53, so no step rounds.
    native = array.astype(array.dtype.newbyteorder("="), copy=False)
    high = (native >> 32).astype(np.float64) * 2.0**32
    low = (high - values) + (native & 0xFFFFFFFF).astype(np.float64)
    return values, low if low.any() else None


def _long_double(array: NDArray[Any]) -> Cells:
    with np.errstate(all="ignore"):
        values = array.astype(np.float64)
        rest = (array - values).astype(np.float64)
    rest[~np.isfinite(values)] = 0.0
    return Cells(values, rest if rest.any() else None)


def object_cells(found: Sequence[object], kind: Kind = NUMBER) -> Texts:
    """Python objects as cells of a kind: numbers, words of a yes/no pair, or times; None, NaN and NaT are missing."""
    if kind.is_time:
        return _time_cells(found, kind)
    n, word = len(found), kind.word
    values, low = np.zeros(n), np.zeros(n)
    integral = True
    bad: list[int] = []
    for position, thing in enumerate(found):
        parts = _object_parts(thing, word)
        if parts is None:
            bad.append(position)
            continue
        values[position], low[position], whole = parts
        integral = integral and whole
    return Texts(Cells(values, low if low.any() else None, integral=integral), bad)


def _time_cells(found: Sequence[object], kind: Kind) -> Texts:
    missing = np.zeros(len(found), dtype=np.bool_)
    bad: list[int] = []
    times = [0] * len(found)
    for position, thing in enumerate(found):
        if is_gone(thing):
            missing[position] = True
            continue
        known = time_of_object(thing)
        if known is None or known[0] != kind:
            bad.append(position)
        else:
            times[position] = known[1]
    values, low = days_of_nanoseconds(times)
    exact = low is None and whole_numbers(values)
    return Texts(Cells(values, low, missing if missing.any() else None, integral=exact), bad)


def time_of_object(thing: object) -> tuple[Kind, int] | None:
    """(kind, nanoseconds) of a time: a Python, NumPy or pandas one, or ISO 8601 text."""
    if isinstance(thing, str):
        known = nanoseconds(thing)
        return None if known is None else (instant(known[1]), known[0])
    return time_of(thing)


def is_gone(thing: object) -> bool:
    """Whether an object is a missing cell: None, NaN, NaT, NA, or a word for it."""
    if isinstance(thing, str):
        return is_missing(thing)
    if thing is None or type(thing).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(thing, np.datetime64 | np.timedelta64):
        return bool(np.isnat(thing))
    if isinstance(thing, np.ndarray) and not thing.size:  # NumPy 1 would warn that it is neither true nor false
        return False
    try:
        return thing.is_nan() if isinstance(thing, Decimal) else bool(thing != thing)
    except (ValueError, TypeError, RuntimeError):  # an array in a cell is something, though no number
        return False


def kind_of_objects(found: Sequence[object]) -> Kind:
    """What a column of objects means, by those that are not missing: yes/no, times of one kind, or numbers."""
    word = word_of_objects(found)
    if word:
        return truth(word)
    present = (thing for thing in found if not is_gone(thing))
    first = time_of_object(next(present, None))
    if first is None:
        return NUMBER
    return first[0]


def _object_parts(thing: object, word: str) -> tuple[float, float, bool] | None:
    """(value, remainder, is an exact integer) of one object; None when it is no number."""
    if thing is None or type(thing).__name__ in ("NAType", "NaTType"):
        return math.nan, 0.0, True
    if isinstance(thing, (bool, np.bool_)):
        return float(thing), 0.0, True
    if isinstance(thing, (int, np.integer)):
        return (*split_integer(int(thing)), True)
    if isinstance(thing, (float, np.floating)):
        value = float(thing)
        if isinstance(thing, np.floating) and thing.itemsize > 8 and math.isfinite(value):
            return value, float(thing - value), False
        return value, 0.0, math.isnan(value) or (value.is_integer() and abs(value) < EXACT_LIMIT)
    if isinstance(thing, str):
        lower = thing.strip().lower()
        if is_missing(lower):
            return math.nan, 0.0, True
        return (TRUTHS[lower], 0.0, True) if word and TRUE_WORD.get(lower) == word else None
    if isinstance(thing, Decimal):
        return (math.nan, 0.0, True) if thing.is_nan() else decimal_parts(thing)  # a signalling NaN is no float
    if isinstance(thing, numbers.Rational):
        exact = Fraction(int(thing.numerator), int(thing.denominator))
        try:
            value = float(exact)
        except OverflowError:
            return math.inf if exact > 0 else -math.inf, 0.0, True
        return value, float(exact - Fraction(value)), exact.denominator == 1
    return None


def decimal_parts(thing: Decimal) -> tuple[float, float, bool]:
    """A decimal of at most 15 digits is its nearest double, as in text; a longer one keeps its digits in the remainder."""
    value = float(thing)
    if not math.isfinite(value):
        return value, 0.0, True
    whole = thing == thing.to_integral_value()
    if len(thing.as_tuple().digits) <= 15 and not (whole and abs(value) >= EXACT_LIMIT):
        return value, 0.0, whole
    return value, float(Fraction(thing) - Fraction(value)), whole


def word_of_objects(found: Sequence[object]) -> str:
    """The yes/no pair of a column of objects: of bools, or of text that `boolean_word` knows; else ""."""
    present = [thing for thing in found if thing is not None]
    if present and all(isinstance(thing, (bool, np.bool_)) for thing in present):
        return "TRUE"
    if present and all(isinstance(thing, str) for thing in present):
        return boolean_word([thing for thing in present if isinstance(thing, str)])
    return ""


def whole_column(values: Vector, low: Vector | None) -> NDArray[Any]:
    """Integers beyond 2^53 as Python's, so that they are written whole; other columns as they are."""
    if low is None or not (np.floor(values) == values).all() or not (np.floor(low) == low).all():
        return values
    return np.array([int(a) + int(b) for a, b in zip(values.tolist(), low.tolist())], dtype=object)
