"""Instants and durations as days, in pairs of doubles, with the same bits whatever unit they were stored in.

    instant   days since 1970-01-01T00:00 (UTC when it has a zone)        duration   days

A time is a whole number of nanoseconds N; its days are N / 86 400 000 000 000, worked out from |N| = q days and r
nanoseconds, both exact, so the unit leaves no trace:

    f = r/D by one division, g = (r - f·D)/D with the exact remainder,  q + f + g rounded to values + low

which is within 2^-105 of the quotient, relatively. Whole days are exact and need no `low`. The calendar is the proleptic
Gregorian one, without leap seconds, as in every library of times.

>>> days_of_ticks(np.array([86_400, -43_200]), "s")[0]
array([ 1. , -0.5])
>>> nanoseconds("1970-01-02T00:00Z")
(86400000000000, True)
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.kinds import DURATION, Kind, instant

Days = tuple[Vector, Vector | None]

DAY = 86_400_000_000_000  # nanoseconds
_PER_DAY = {"h": 24, "m": 1440, "s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": DAY}
_FINER = {"ps": 10**3, "fs": 10**6, "as": 10**9}  # in a nanosecond
_SPLIT = 2.0**27 + 1
_AMOUNTS = {"d": DAY, "h": DAY // 24, "min": DAY // 1440, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_NAMED = ((DAY, "days"), (DAY // 24, "h"), (DAY // 1440, "min"), (10**9, "s"), (10**6, "ms"), (10**3, "µs"))
_AMOUNT = re.compile(
    r"([+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?) ?(d|h|min|s|ms|us|ns)?"
)
_PERIOD = re.compile(
    r"(-)?P(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?)?"
)

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?)?"
)


def days_of_ticks(ticks: NDArray[Any], unit: str) -> Days:
    """(n,) int64 counts of a unit ("D", "W", "h", "m", "s", "ms", "us", "ns" or finer) as days (values, low or None)."""
    ticks = np.asarray(ticks).astype(np.int64, copy=False)
    negative = ticks < 0
    size = np.abs(ticks).view(np.uint64)  # the smallest int64 too
    if unit in ("D", "W"):
        whole = size * np.uint64(7) if unit == "W" else size
        return _pairs(whole, np.zeros(len(size), dtype=np.uint64), negative)
    if unit in _FINER:
        return _one_by_one(ticks, Fraction(1, _FINER[unit]))
    per_day = np.uint64(_PER_DAY[unit])
    whole = size // per_day
    return _pairs(whole, (size - whole * per_day) * np.uint64(DAY // _PER_DAY[unit]), negative)


def days_of_nanoseconds(found: Sequence[int]) -> Days:
    """Counts of nanoseconds of any size as days."""
    parts = [divmod(abs(one), DAY) for one in found]
    if any(q >= 2**64 for q, _ in parts):
        values = np.array([one / DAY for one in found])  # of integers: rounded once
        low = [float(Fraction(one, DAY) - Fraction(value)) for one, value in zip(found, values.tolist())]
        return values, np.array(low)
    whole = np.array([q for q, _ in parts], dtype=np.uint64)
    rest = np.array([r for _, r in parts], dtype=np.uint64)
    return _pairs(whole, rest, np.array([one < 0 for one in found], dtype=np.bool_))


def days_of_parts(days: NDArray[np.int64], rest: NDArray[np.int64]) -> Days:
    """Whole days since 1970-01-01, of either sign, and nanoseconds of the day, as days."""
    back = (days < 0) & (rest > 0)  # -1 day and r is -(D - r)
    whole = np.where(back, -days - 1, np.abs(days)).astype(np.uint64)
    return _pairs(whole, np.where(back, DAY - rest, rest).astype(np.uint64), days < 0)


def _one_by_one(ticks: NDArray[np.int64], unit: Fraction) -> Days:
    """Counts of a unit of so many nanoseconds that are not whole, or more than fit; whole ones as everywhere."""
    values, low = np.zeros(len(ticks)), np.zeros(len(ticks))
    for place, tick in enumerate(ticks.tolist()):
        exact = tick * unit
        if exact.denominator == 1 and abs(exact) < 2**63 * DAY:
            one, rest = days_of_nanoseconds([int(exact)])
            values[place], low[place] = one[0], 0.0 if rest is None else rest[0]
        else:
            values[place] = float(exact / DAY)
            low[place] = float(exact / DAY - Fraction(values[place]))
    return values, low if low.any() else None


def _pairs(whole: NDArray[np.uint64], rest: NDArray[np.uint64], negative: NDArray[np.bool_]) -> Days:
    """± (whole days + rest nanoseconds, less than a day) as values + low."""
    days = whole.astype(np.float64)
    beyond = None
    if len(days) and days.max() >= 2.0**53:
        high = (whole >> np.uint64(32)).astype(np.float64) * 2.0**32
        beyond = (high - days) + (whole & np.uint64(0xFFFFFFFF)).astype(np.float64)
    if not rest.any():
        values, low = days, beyond
    else:
        share = rest.astype(np.float64)
        f = share / DAY
        # f·D = p + e exactly (Dekker); share - p - e is what the division left, exactly.
        p = f * DAY
        big = f * _SPLIT
        upper = big - (big - f)
        e = (upper * _DAY_UPPER - p) + upper * _DAY_LOWER + (f - upper) * _DAY_UPPER + (f - upper) * _DAY_LOWER
        g = ((share - p) - e) / DAY
        total = days + f
        back = total - days
        lost = (days - (total - back)) + (f - back)
        tail = lost + (g if beyond is None else beyond + g)
        values = total + tail
        low = tail - (values - total)
    if negative.any():
        sign = np.where(negative, -1.0, 1.0)
        values, low = values * sign, None if low is None else low * sign
    return values, low if low is not None and low.any() else None


_DAY_BIG = DAY * _SPLIT
_DAY_UPPER = _DAY_BIG - (_DAY_BIG - DAY)
_DAY_LOWER = DAY - _DAY_UPPER


def ticks_to_days(array: NDArray[Any]) -> tuple[Vector, Vector | None, NDArray[np.bool_] | None]:
    """(n,) datetime64 or timedelta64 of any unit as (values, low, missing); months and years as the days they begin on."""
    unit, step = np.datetime_data(array.dtype)
    if array.dtype.kind == "M" and unit in ("M", "Y"):
        array = array.astype("datetime64[D]")
        unit, step = "D", 1
    missing = np.isnat(array)
    gone = bool(missing.any())
    ticks = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("="), copy=False).view(np.int64)
    if gone:
        ticks = np.where(missing, 0, ticks)
    if unit == "generic" or step != 1:  # NaT without a unit, or counts of so many of one, as in datetime64[15m]
        days = _one_by_one(ticks, step * _nanoseconds_of(unit))
    else:
        days = days_of_ticks(ticks, unit)
    return (*days, missing if gone else None)


def _nanoseconds_of(unit: str) -> Fraction:
    if unit in _FINER:
        return Fraction(1, _FINER[unit])
    return Fraction(DAY, _PER_DAY.get(unit, 1)) * (7 if unit == "W" else 1)


def time_of(thing: object) -> tuple[Kind, int] | None:
    """(kind, nanoseconds) of a Python time: datetime, date, timedelta, time of day (since midnight); None for another thing.

    What pandas calls Timestamp and Timedelta are datetime and timedelta with nanoseconds of their own.
    """
    if isinstance(thing, np.datetime64 | np.timedelta64):
        return _numpy_time(thing)
    if isinstance(thing, timedelta):
        whole = (thing.days * 86_400 + thing.seconds) * 10**9 + thing.microseconds * 1000
        return DURATION, whole + getattr(thing, "nanoseconds", 0)
    if isinstance(thing, time):
        return None if thing.tzinfo else (DURATION, _clock(thing))
    if not isinstance(thing, date):
        return None
    since = (thing.toordinal() - date(1970, 1, 1).toordinal()) * DAY
    if not isinstance(thing, datetime):
        return instant(aware=False), since
    offset = thing.utcoffset()
    since += _clock(thing) + getattr(thing, "nanosecond", 0)
    if offset is not None:
        since -= (offset.days * 86_400 + offset.seconds) * 10**9 + offset.microseconds * 1000
    return instant(aware=offset is not None), since


def _clock(thing: datetime | time) -> int:
    return ((thing.hour * 60 + thing.minute) * 60 + thing.second) * 10**9 + thing.microsecond * 1000


def _numpy_time(thing: np.datetime64 | np.timedelta64) -> tuple[Kind, int] | None:
    unit, step = np.datetime_data(thing.dtype)
    if np.isnat(thing) or not has_length(thing.dtype):
        return None
    if unit in ("M", "Y"):
        thing, unit, step = thing.astype("datetime64[D]"), "D", 1
    exact = int(thing.view(np.int64)) * step * _nanoseconds_of(unit)
    return (instant(aware=False) if thing.dtype.kind == "M" else DURATION), round(exact)


def has_length(dtype: np.dtype[Any]) -> bool:
    """Whether times of this NumPy type count something: months and years do so from a date on only."""
    unit = np.datetime_data(dtype)[0]
    return dtype.kind == "M" or unit not in ("M", "Y", "generic")


def nanoseconds(text: str) -> tuple[int, bool] | None:
    """(nanoseconds since 1970-01-01, whether it has a zone) of an ISO 8601 date or instant; None for anything else.

    2024-01-02 · 2024-01-02T03:04[:05[.123456789]] (a space for T too), with Z or ±hh:mm[:ss] after the time.
    20240102, 2024-1-2, 01/02/2024, 2024-02-30, 24:00 and 23:59:60 are none.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= _month_days(year, month)):
        return None
    hour, minute, second = int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    since = (_days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 10**9
    since += int((match[7] or "").ljust(9, "0") or 0)
    zone = match[8]
    if zone is None:
        return since, False
    if zone != "Z":
        h, m, *s = (int(part) for part in zone[1:].split(":"))
        if h > 23 or m > 59 or (s and s[0] > 59):
            return None
        offset = (h * 3600 + m * 60 + (s[0] if s else 0)) * 10**9
        since += offset if zone[0] == "-" else -offset
    return since, True


def duration(text: str) -> int | None:
    """Nanoseconds of a duration as it is typed: 36h, 90min, 15s, 1.5d, P1DT2H30M, or a number of days; None for anything else."""
    text = text.strip()
    match = _AMOUNT.fullmatch(text)
    if match:
        return _rounded(Fraction(match[1]) * _AMOUNTS[match[2] or "d"])
    match = _PERIOD.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        return None
    parts = zip(match.groups()[1:], (7 * DAY, DAY, DAY // 24, DAY // 1440, 10**9))
    whole = sum((Fraction(part) * size for part, size in parts if part), Fraction(0))
    return _rounded(-whole if match[1] else whole)


def _rounded(exact: Fraction) -> int | None:
    """The nearest nanosecond of a duration of at most ten million years."""
    return round(exact) if abs(exact) < DAY * 4_000_000_000 else None


def text_of_duration(value: float, low: float = 0.0) -> str:
    """A duration in the largest unit that makes it short: 1.5 days, 36 h would be the same; 90 min, 15 s, 250 ms."""
    whole = whole_nanoseconds(value, low)
    size, name = next(((size, name) for size, name in _NAMED if abs(whole) >= size), (1, "ns"))
    number = f"{float(Fraction(whole, size)):.6g}"
    return f"{number} {'day' if (number, name) == ('1', 'days') else name}" if whole else "0 days"


def whole_nanoseconds(value: float, low: float = 0.0) -> int:
    """Days → the nearest whole number of nanoseconds."""
    return round((Fraction(value) + Fraction(low)) * DAY)


def text_of_days(value: float, low: float = 0.0, aware: bool = False) -> str:
    """An instant as a person writes it, to the nanosecond: 2024-01-02, 2024-01-02 03:04:05, with Z when it has a zone.

    Of a double alone no more digits than tell it from its neighbours.
    """
    return text_of_instant(whole_nanoseconds(value, low) if low else _shortest(value), aware)


def text_of_instant(since: int, aware: bool) -> str:
    """The same of whole nanoseconds since 1970-01-01: one text for an instant, however it was stored."""
    days, rest = divmod(since, DAY)
    year, month, day = _civil_from_days(days)
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    date = f"{sign}{abs(year):04d}-{month:02d}-{day:02d}"
    if rest == 0 and not aware:
        return date
    seconds, fraction = divmod(rest, 10**9)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    part = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{date} {clock}{part}{'Z' if aware else ''}"


def _shortest(value: float) -> int:
    """The roundest number of nanoseconds, of whole seconds, milliseconds, microseconds, that is nearest to this double."""
    exact = Fraction(value) * DAY
    slack = Fraction(math.ulp(value)) * DAY / 2
    rounded = (round(exact / unit) * unit for unit in (10**9, 10**6, 10**3))
    return next((whole for whole in rounded if abs(whole - exact) < slack), round(exact))


def _month_days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01; years begin in March, so that the leap day is the last."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _civil_from_days(days: int) -> tuple[int, int, int]:
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + era * 400 + (month <= 2), month, day
