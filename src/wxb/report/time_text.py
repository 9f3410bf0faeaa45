"""Times of a model in words: values as dates, slopes per a unit a person can read, examples to type.

Inside, instants are days since 1970-01-01 and slopes are per day; where the data span less than three days, an hour, a minute
or a second says more, and where they span years, a year.
"""

from __future__ import annotations

from math import isinf

from wxb.data.kinds import Kind
from wxb.data.times import DAY, days_of_nanoseconds, text_of_days, text_of_duration, whole_nanoseconds
from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.numbers import number

UNITS = (
    (1.0, ""),
    (1 / 24, N_(" ({slope} an hour)")),
    (1 / 1440, N_(" ({slope} a minute)")),
    (1 / 86_400, N_(" ({slope} a second)")),
)
YEAR = 365.25
LEAST = 3  # units that a span should have


def time_kind(model: Fitted, term: str) -> Kind | None:
    """The kind of a term of times; None of any other term."""
    found = next((one for one in model.design.terms if one.name == term), None)
    return found.kind if found and found.is_time else None


def value_text(model: Fitted, term: str, value: float) -> str:
    """A value of a time term as a person writes it, 2024-01-02 or 1.5 days; "" of any other term."""
    kind = time_kind(model, term)
    if kind is None:
        return ""
    return text_of_days(value, aware=kind.aware) if kind.sort == "instant" else text_of_duration(value)


def slope_text(model: Fitted, place: int) -> str:
    """What a slope per day is in the unit of the data's span: ` (0.25 an hour)`; "" where days are good."""
    slope = float(model.coef[place])
    if model.ranges is None:
        return ""
    low, high = model.ranges[place]
    if high - low >= LEAST * YEAR:
        return _(" ({slope} a year)", slope=number(abs(slope) * YEAR, 3))
    size, text = next(((size, text) for size, text in UNITS if high - low >= LEAST * size), UNITS[-1])
    return _(text, slope=number(abs(slope) * size, 3))


def four_fifths(low: float, high: float) -> float:
    """The number four fifths up a range, also of one wider than a float64."""
    return 0.2 * low + 0.8 * high if isinf(high - low) else low + 0.8 * (high - low)


def round_time(low: float, high: float) -> float:
    """A round day, hour, minute or second four fifths up a range of days."""
    wanted = four_fifths(low, high)
    for size, __ in UNITS:
        if high - low >= 5 * size:
            step = round(size * DAY)
            return float(days_of_nanoseconds([whole_nanoseconds(wanted) // step * step])[0][0])
    return wanted


def typed(model: Fitted, term: str, value: float) -> str:
    """A value as `--at` takes it: 2024-01-02T03:04:05, 36h, 21."""
    kind = time_kind(model, term)
    if kind is None:
        return _whole_or_short(value)
    if kind.sort == "instant":
        return text_of_days(value, aware=kind.aware).replace(" ", "T")
    return text_of_duration(value).replace(" days", "d").replace(" day", "d").replace(" ", "").replace("µ", "u")


def _whole_or_short(value: float) -> str:
    """A number to type; whole where sixteen digits would be another one."""
    return str(int(value)) if 2**53 <= abs(value) < 1e22 else f"{value:.16g}"


def in_python(model: Fitted, term: str, value: float) -> str:
    """A value as `predict` takes it: "2024-01-02", np.timedelta64(5400, "s"), 21."""
    kind = time_kind(model, term)
    if kind is None:
        return _whole_or_short(value)
    if kind.sort == "instant":
        return f'"{typed(model, term, value)}"'
    return f'np.timedelta64({whole_nanoseconds(value) // 10**9}, "s")'
