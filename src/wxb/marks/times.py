"""Ticks of dates and durations where a person would set them: years, quarters, months, Mondays, midnights, hours.

Numbers are days, of instants since 1970-01-01 (Gregorian, years 1 to 9999). The finest step is taken that leaves no more ticks
than are wanted. An hour is told as 06:00, the first one with its date, midnight by its date alone.

>>> [text for __, text in date_ticks(19723, 20090) or ()]
['2024-01', '2024-04', '2024-07', '2024-10', '2025-01']
>>> [text for __, text in date_ticks(19723.2, 19724.1) or ()]
['2024-01-01 06:00', '12:00', '18:00', '2024-01-02']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import count
from math import ceil, floor, log10, ulp

Tick = tuple[float, str]

EPOCH = date(1970, 1, 1)
FIRST, LAST = (date.min - EPOCH).days, (date.max - EPOCH).days
MONDAY = 4  # 1970-01-05
DAY, MILLION = 86_400, 1_000_000
TOLD = 1000  # so many of the least steps
MOST = 5
_CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200)


def date_ticks(low: float, high: float, most: int = MOST) -> list[Tick] | None:
    """(days, text) of instants from low to high; None where these are no dates, or nearer than a millionth of a second."""
    if not FIRST <= low < high <= LAST or not _are_told(low, high):
        return None
    for seconds in _clock_steps(low, high, most):
        at = _multiples(low * DAY, high * DAY, seconds)
        if len(at) <= most:
            return _clocks([one * seconds for one in at], seconds)
    for step, offset in ((1, 0), (2, 0), (7, MONDAY), (14, MONDAY)):
        at = _multiples(low - offset, high - offset, step)
        if len(at) <= most:
            days = [one * step + offset for one in at]
            return [(float(day), (EPOCH + timedelta(day)).isoformat()) for day in days]
    for months in _month_steps():
        firsts = list(_firsts(low, high, months, most))
        if len(firsts) <= most:
            return [(float((one - EPOCH).days), one.isoformat()[: 7 if months % 12 else 4]) for one in firsts]
    return None


def duration_ticks(low: float, high: float, text: Callable[[float], str], most: int = MOST) -> list[Tick] | None:
    """(days, text) of durations as a clock counts them; None of more than days, of which round numbers do, and of next to none."""
    if not -LAST <= low < high <= LAST or not _are_told(low, high):
        return None
    for seconds in _clock_steps(low, high, most):
        at = _multiples(low * DAY, high * DAY, seconds)
        if len(at) <= most:
            return [(one * seconds / DAY, text(one * seconds / DAY)) for one in at]
    return None


def _are_told(low: float, high: float) -> bool:
    """Whether ticks between are told apart by doubles of days, and by millionths of a second."""
    return high - low > max(TOLD * ulp(max(-low, high)), TOLD / (DAY * MILLION))


def _clock_steps(low: float, high: float, most: int) -> Iterator[float]:
    """Steps of less than a day: parts of a second by ten where there are no whole ones, then what stands on a clock."""
    first = floor(log10((high - low) * DAY / most))
    yield from (part / 10.0**-power for power in range(first, 0) for part in (1, 2, 5))
    yield from _CLOCK


def _multiples(low: float, high: float, step: float) -> range:
    return range(ceil(low / step), floor(high / step) + 1)


def _clocks(found: list[float], step: float) -> list[Tick]:
    ticks: list[Tick] = []
    for seconds in found:
        day, rest = divmod(round(seconds * MILLION), DAY * MILLION)
        on = (EPOCH + timedelta(day)).isoformat()
        clock = (datetime.min + timedelta(microseconds=rest)).time().isoformat("microseconds")
        clock = clock[:5] if step >= 60 else clock[:8] if step >= 1 else clock.rstrip("0").rstrip(".")
        ticks.append((seconds / DAY, clock if ticks and rest else f"{on} {clock}" if rest else on))
    return ticks


def _month_steps() -> Iterator[int]:
    yield from (1, 3, 6)
    yield from (12 * part * 10**power for power in range(4) for part in (1, 2, 5))


def _firsts(low: float, high: float, step: int, most: int) -> Iterator[date]:
    """The first day of each month that counts, up to one more than are wanted."""
    start = EPOCH + timedelta(ceil(low))
    at = -(-(start.year * 12 + start.month - 1 + (start.day > 1)) // step)
    for months in count(max(at * step, 12), step):
        year, month = divmod(months, 12)
        if year > date.max.year or (date(year, month + 1, 1) - EPOCH).days > high or most < 0:
            return
        most -= 1
        yield date(year, month + 1, 1)
