"""An axis: a range of numbers, what it is called, and its ticks. Linear, or by the logarithm.

An axis always has a width: a range of one number, or of none, is widened. `around` makes the axis of what is to be seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from wxb._typing import Vector
from wxb.i18n import _
from wxb.numbers import MINUS, apart, number

_MOST, _LEAST = 1.7976931348623157e308, 5e-324  # of all doubles
_STEPS, _FINER = (
    (1.0, 2.0, 5.0, 10.0),
    (1.0, 2.0, 2.5, 5.0, 10.0),
)  # of a tick to the next; where there would be hardly any
_LONGEST = 9  # letters of a number without exponent beside one that would have one


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """ticks : (value, text), or None for round numbers        hidden : neither ticks nor label are drawn"""

    label: str
    low: float
    high: float
    log: bool = False
    ticks: tuple[tuple[float, str], ...] | None = None
    unit: str = ""
    hidden: bool = False

    def __post_init__(self) -> None:
        low, high = _with_width(float(self.low), float(self.high), self.log)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    @property
    def title(self) -> str:
        """The label with its unit; a logarithmic axis says so."""
        name = f"{self.label} ({self.unit})" if self.unit else self.label
        return _("{name}, log scale", name=name) if self.log else name

    def place(self, values: ArrayLike) -> Vector:
        """Shares of the way from low to high; NaN where a logarithm has none."""
        with np.errstate(all="ignore"):
            given = np.asarray(values, dtype=np.float64)
            if self.log:
                low, high = math.log10(self.low), math.log10(self.high)
                return (np.log10(np.where(given > 0, given, np.nan)) - low) / (high - low)
            half = self.high / 2 - self.low / 2  # a width of 1e308 and more has no double of its own
            return (given / 2 - self.low / 2) / half

    def marked(self, most: int) -> list[tuple[float, str]]:
        """(value, text) of its ticks, about `most` of them where they are not given."""
        if self.ticks is not None:
            return [(value, text) for value, text in self.ticks if self.low <= value <= self.high]
        if self.log:
            values = _powers(self.low, self.high, most)
            return list(zip(values, apart(values)))
        values = round_numbers(self.low, self.high, most)
        return list(zip(values, _alike(values)))


def around(label: str, *values: ArrayLike, log: bool = False, margin: float = 0.05, **more: Any) -> Axis:
    """The axis on which all these values are seen, with some air on both sides. more : fields of Axis"""
    known = np.concatenate([np.ravel(np.asarray(each, dtype=np.float64)) for each in values] or [np.zeros(0)])
    known = known[np.isfinite(known) & ((known > 0) | (not log))]
    if not len(known):
        return Axis(label=label, low=math.nan, high=math.nan, log=log, **more)
    low, high = _with_width(float(known.min()), float(known.max()), log)
    if log:
        air = margin * (math.log10(high) - math.log10(low))
        low, high = max(low * 10**-air, _LEAST), min(high * 10.0**air, _MOST)
    else:
        air = 2 * margin * (high / 2 - low / 2)
        low, high = max(low - air, -_MOST), min(high + air, _MOST)
    return Axis(label=label, low=low, high=high, log=log, **more)


def counting(label: str, *values: ArrayLike, margin: float = 0.05, **more: Any) -> Axis:
    """The same of what is counted: no tick stands between two whole numbers."""
    axis = around(label, *values, margin=margin, **more)
    if axis.high - axis.low > 10:
        return axis
    whole = range(math.ceil(axis.low), math.floor(axis.high) + 1)
    return replace(axis, ticks=tuple((float(k), number(float(k))) for k in whole))


def round_numbers(low: float, high: float, most: int) -> list[float]:
    """At most about `most` round numbers in a range."""
    found = _multiples(low, high, most, _STEPS)
    return found if len(found) >= 3 else _multiples(low, high, most, _FINER)


def _multiples(low: float, high: float, most: int, steps: tuple[float, ...]) -> list[float]:
    least = max((high / 2 - low / 2) / max(most, 1) * 2, _LEAST)
    decade = 10.0 ** math.floor(math.log10(least))
    step = next((part * decade for part in steps if part * decade >= least * (1 - 1e-9)), least)
    first, last = math.ceil(low / step * (1 - 1e-12)), math.floor(high / step * (1 + 1e-12))
    return [k * step for k in range(first, min(last, first + 4 * most + 8) + 1) if low <= k * step <= high]


def _alike(values: list[float]) -> list[str]:
    """Numbers as texts, with exponents in all of them or in none: 800000, 1000000 and not 1e6."""
    texts = apart(values)
    powers = ["e" in text for text, value in zip(texts, values) if value]
    if not any(powers) or all(powers):
        return texts
    plain = [f"{Decimal(f'{value:.12g}'):f}".replace("-", MINUS) for value in values]
    return plain if max(map(len, plain)) <= _LONGEST else texts


def _powers(low: float, high: float, most: int) -> list[float]:
    """Powers of ten; 1, 2, 5 times them where they are few; round numbers within less than a decade."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first + 1) / max(most, 1)))
    values = [10.0**power for power in range(first, last + 1) if power % step == 0]
    while step > 1 and sum(low <= value <= high for value in values) < 2:
        step -= 1
        values = [10.0**power for power in range(first, last + 1) if power % step == 0]
    if len(values) < 3 and step == 1:
        values = [part * 10.0**power for power in range(first - 1, last + 1) for part in (1.0, 2.0, 5.0)]
    inside = [value for value in values if low <= value <= high]
    return inside if len(inside) >= 2 else round_numbers(low, high, most)


def _with_width(low: float, high: float, log: bool) -> tuple[float, float]:
    if not (math.isfinite(low) and math.isfinite(high)) or (log and (low <= 0 or high <= 0)):
        return (1.0, 10.0) if log else (0.0, 1.0)
    low, high = min(low, high), max(low, high)
    if log:
        return (low, high) if high / low > 1 + 1e-9 else (max(low / 2, _LEAST), min(high * 2, _MOST))
    if high / 2 - low / 2 > 8 * math.ulp(max(abs(low), abs(high))):
        return low, high
    reach = 0.5 * abs(high) or 0.5
    return max(low - reach, -_MOST), high + min(reach, _MOST - high)
