"""Columns of dates and instants in text as days: ISO 8601, or a form that was named (`dates`).

Cells of one length, without a zone or with Z, are taken apart all at once, as a matrix of letters (n, length); others one
by one, each spelling once. Both give whole days and the nanoseconds of the day, exact integers, and so the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.data.dates import DateForm
from wxb.data.kinds import Kind, instant
from wxb.data.times import days_of_nanoseconds, days_of_parts, nanoseconds
from wxb.data.words import Cells, Texts, is_missing, number, whole_numbers

Reader = Callable[[str], tuple[int, bool] | None]
_CUMULATIVE = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)


def reader_of(form: str | None) -> Reader:
    """What reads a cell: ISO 8601 first, then the form."""
    if form is None:
        return nanoseconds
    other = DateForm.of(form)
    return lambda text: nanoseconds(text) or other.nanoseconds(text)


def kind_of_times(texts: Sequence[str], form: str | None) -> Kind | None:
    """instant(…) when at least half of the cells that are not missing are dates and no numbers; the first says its zone."""
    present = [text for text in texts if not is_missing(text)]
    read = reader_of(form)
    if not present or not any(map(read, present[:20])):
        return None
    found = [known for text in present if number(text) is None and (known := read(text)) is not None]
    return instant(found[0][1]) if found and 2 * len(found) >= len(present) else None


def kind_of_digits(texts: Sequence[str], form: str) -> Kind | None:
    """instant() when the form is one of digits alone and every whole number is a date of it; None otherwise."""
    named = DateForm.of(form)
    if not named.digits_alone:
        return None
    present = [text for text in texts if not is_missing(text)]
    return instant(False) if present and all(map(named.nanoseconds, present)) else None


def look_like_days(texts: Sequence[str]) -> bool:
    """Whether whole numbers could be days written as 20240131: every one of several is such a day of 1800 to 2199."""
    present = {text.strip() for text in texts if not is_missing(text)}
    if len(present) < 3 or not all(len(text) == 8 and "1800" <= text[:4] < "2200" for text in present):
        return False
    return all(map(DateForm.of("%Y%m%d").nanoseconds, present))


def texts_as_times(texts: Sequence[str], aware: bool, form: str | None) -> Texts:
    """Cells of text as days; `bad` are the positions of what is no time, or has a zone where the others have none."""
    quick = _at_once(texts, aware) if form is None else None
    if quick is not None:
        return Texts(quick, [])
    missing = np.array([is_missing(text) for text in texts], dtype=np.bool_)
    gone = bool(missing.any())
    if gone and form is None:
        present = [text for text, lost in zip(texts, missing.tolist()) if not lost]
        quick = _at_once(present, aware)
        if quick is not None:
            return Texts(_spread(quick, missing), [])
    read = reader_of(form)
    known: dict[str, int | None] = {}
    times: list[int] = []
    bad: list[int] = []
    for position, (text, lost) in enumerate(zip(texts, missing.tolist())):
        if lost:
            times.append(0)
            continue
        if text not in known:
            found = read(text)
            known[text] = found[0] if found is not None and found[1] == aware else None
        time = known[text]
        if time is None:
            bad.append(position)
        times.append(time or 0)
    values, low = days_of_nanoseconds(times)
    values = np.where(missing, np.nan, values) if gone else values
    return Texts(Cells(values, low, integral=low is None and whole_numbers(values)), bad)


def _spread(cells: Cells, missing: NDArray[np.bool_]) -> Cells:
    """The cells of the rows that are not missing, among those that are."""
    values = np.full(len(missing), np.nan)
    values[~missing] = cells.values
    low = None
    if cells.low is not None:
        low = np.zeros(len(missing))
        low[~missing] = cells.low
    return Cells(values, low, integral=cells.integral)


def _at_once(texts: Sequence[str], aware: bool) -> Cells | None:
    """Cells of one length in ISO 8601; None where one of them is anything else."""
    joined = "".join(texts)
    if not texts or len(joined) % len(texts) or not joined.isascii():
        return None
    length = len(joined) // len(texts)
    if length < 10 or any(len(text) != length for text in texts):
        return None
    letters = np.frombuffer(joined.encode(), dtype=np.uint8).reshape(len(texts), length)
    zoned = bool((letters[:, -1] == ord("Z")).all())
    if zoned != aware:
        return None
    clock = letters[:, 10 : length - zoned]
    days = _days(letters)
    rest = _clock(clock) if clock.shape[1] else None if zoned else np.zeros(len(texts), dtype=np.int64)
    if days is None or rest is None:
        return None
    values, low = days_of_parts(days, rest)
    return Cells(values, low, integral=low is None and whole_numbers(values))


def _number(letters: NDArray[np.uint8]) -> NDArray[np.int64] | None:
    """(n, k) digits as n numbers; None where one is no digit."""
    digits = letters.astype(np.int64) - ord("0")
    if digits.size and (digits.min() < 0 or digits.max() > 9):
        return None
    return digits @ (10 ** np.arange(letters.shape[1] - 1, -1, -1, dtype=np.int64))


def _all(letters: NDArray[np.uint8], one_of: str) -> bool:
    return bool(np.isin(letters, np.frombuffer(one_of.encode(), dtype=np.uint8)).all())


def _days(letters: NDArray[np.uint8]) -> NDArray[np.int64] | None:
    """Days since 1970-01-01 of YYYY-MM-DD."""
    year, month, day = _number(letters[:, :4]), _number(letters[:, 5:7]), _number(letters[:, 8:10])
    if year is None or month is None or day is None or not _all(letters[:, [4, 7]], "-"):
        return None
    if year.min() < 1 or month.min() < 1 or month.max() > 12 or day.min() < 1:
        return None
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    if (day > _CUMULATIVE[month] + (leap & (month == 2))).any():
        return None
    shifted = year - (month <= 2)
    of_era = shifted % 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return shifted // 400 * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _clock(letters: NDArray[np.uint8]) -> NDArray[np.int64] | None:
    """Nanoseconds of the day of THH:MM[:SS[.fff]]."""
    length = letters.shape[1]
    if length not in (6, 9) and not 11 <= length <= 19:
        return None
    hour, minute = _number(letters[:, 1:3]), _number(letters[:, 4:6])
    if hour is None or minute is None or not (_all(letters[:, 0], "T ") and _all(letters[:, 3], ":")):
        return None
    second: Any = np.int64(0) if length == 6 else _number(letters[:, 7:9])
    part: Any = np.int64(0) if length < 11 else _number(letters[:, 10:])
    if second is None or part is None or hour.max() > 23 or minute.max() > 59 or np.max(second) > 59:
        return None
    if (length > 6 and not _all(letters[:, 6], ":")) or (length > 9 and not _all(letters[:, 9], ".")):
        return None
    return ((hour * 60 + minute) * 60 + second) * 10**9 + part * 10 ** max(0, 19 - length)
