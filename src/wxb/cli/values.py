"""Values as they are typed: `hours=4,sleep=7`, `hours=1,(b)=0`, `a,b`, `auto`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from wxb.errors import UsageError

if TYPE_CHECKING:
    from wxb.data.kinds import Kind
    from wxb.model.model import Model

Point = dict[str, str]

_TRUTHS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


def names(texts: Sequence[str] | None) -> list[str] | None:
    """`--features a,b --features c` → ["a", "b", "c"]; a name with a comma stands in quotes: '"a,b",c'."""
    if not texts:
        return None
    found = [name.strip() for text in texts for name in split(text)]
    if not any(found):  # an unset variable of the shell, more often than a wish for the intercept alone
        raise UsageError("--features names no column", "leave it out for all columns, or name them: --features a,b")
    return [name for name in found if name]


def split(text: str) -> list[str]:
    """The parts between commas; within double quotes, which stand at the begin of a part, a comma is a letter and "" a quote."""
    parts, part, quoted = [], "", False
    position = 0
    while position < len(text):
        letter = text[position]
        if letter == '"' and quoted and text[position + 1 : position + 2] == '"':
            part, position = part + '"', position + 1
        elif letter == '"' and (quoted or not part.strip()):
            part, quoted = part.lstrip(" "), not quoted
        elif letter == "," and not quoted:
            parts.append(part)
            part = ""
        else:
            part += letter
        position += 1
    return [*parts, part] if text else []


def rate(text: str | None) -> float | str | None:
    """A learning rate: a number or "auto"."""
    if text is None or text == "auto":
        return text
    return number(text, "--lr", "a number or auto")


def number(text: str, place: str, expected: str = "a number") -> float:
    """A finite number, written as in a table, or UsageError."""
    from wxb.data.words import number as number_in_text

    value = number_in_text(text)
    if value is None or not math.isfinite(value):
        raise UsageError(f"{place} is {text!r}, expected {expected}")
    return value


def points(texts: Sequence[str] | None, place: str = "--at") -> list[Point]:
    """`--at hours=4,sleep=7` → [{"hours": "4", "sleep": "7"}]; a name met again begins the next point."""
    found: list[Point] = []
    for text in texts or ():
        for part in split(text):
            name, equals, value = part.rpartition("=")
            if not equals or not name.strip() or not value.strip():
                raise UsageError(f"{place} {text!r} is not NAME=VALUE", f"for example {place} hours=4")
            name = name.strip()
            if not found or name in found[-1]:
                found.append({})
            found[-1][name] = value.strip()
    return found


def numbers(texts: Sequence[str] | None, place: str = "--at") -> dict[str, float]:
    """One point of numbers: {"w": 2.0}."""
    found = points(texts, place)
    if len(found) > 1:
        twice = next(name for name in found[1] if name in found[0])
        raise UsageError(f"{place} gives {twice} twice", "give each name one value")
    return {name: number(value, f"{place} {name}") for point in found for name, value in point.items()}


def start(text: str | None) -> dict[str, float] | None:
    """`--start "hours=1,(b)=0"`."""
    return None if text is None else numbers([text], "--start")


def thread_count(threads: int | None) -> int | None:
    """How many threads: at least one, or None for as many as there are cores."""
    if threads is not None and threads < 1:
        raise UsageError(f"--threads is {threads}, expected 1 or more", "leave it out for all cores")
    return threads


def whole(text: str, value: float) -> float:
    """The number as Python's integer where it is one beyond 2^53, of which a float64 would lose digits."""
    return int(text) if abs(value) >= 2**53 and text.strip().lstrip("+-").isdecimal() else value


def resolve(model: Model, point: Point) -> tuple[dict[str, float], dict[str, float]]:
    """A value for each term of a model, and what the double nearest to a time leaves of it.

    `paid=yes`, `paid=TRUE` and `paid=1` are 1 for the term paid[yes]; instants are dates and ISO 8601 text, durations `36h`,
    `90min`, `15s` or numbers of days; both become days. Integers beyond 2^53 keep their digits.
    """
    from wxb.predict.meaning import column_of, kinds_of

    kinds = dict(zip(model.terms, kinds_of(model)))
    columns = {term: column_of(term, kind) for term, kind in kinds.items()}
    for name in point:
        if name not in columns and name not in columns.values():
            near = get_close_matches(name, model.terms, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"--at: the model has no term {name!r}{meant}", f"its terms are {', '.join(model.terms)}")
    values: dict[str, float] = {}
    lows: dict[str, float] = {}
    for term, column in columns.items():
        name = term if term in point else column
        if name not in point:
            given = ",".join(f"{name}={value}" for name, value in point.items())
            raise UsageError(
                f"--at {given} gives no value for {column}",
                f"the model's terms are {', '.join(model.terms)}; give each a value",
            )
        text, kind = point[name], kinds[term]
        if kind is not None and kind.is_time:
            values[term], lows[term] = _time(text, name, kind)
        elif kind is not None and kind.sort == "truth":
            values[term] = _truth(text, term, name)
        else:
            values[term] = whole(text, number(text, f"--at {name}"))
    return values, lows


def _truth(text: str, term: str, column: str) -> float:
    value = _TRUTHS.get(text.strip().lower())
    if value is None:
        value = number(text, f"--at {column}", f"yes or no, 1 or 0 (the term is {term})")
        if value not in (0, 1):
            raise UsageError(f"--at {column} is {text!r}, expected yes or no, 1 or 0 (the term is {term})")
    return value


def _time(text: str, name: str, kind: Kind) -> tuple[float, float]:
    """An instant or a duration as days: value and low."""
    from wxb.data.times import days_of_nanoseconds, duration, nanoseconds

    if kind.sort == "duration":
        since = duration(text)
        if since is None:
            raise UsageError(
                f"--at {name} is {text!r}, expected a duration",
                "for example 36h, 90min, 15s, P1DT12H, or a number of days",
            )
    else:
        known = nanoseconds(text)
        if known is None:
            raise UsageError(
                f"--at {name} is {text!r}, expected a date or an instant in ISO 8601",
                f"for example {name}=2024-01-02 or {name}=2024-01-02T03:04{'Z' if kind.aware else ''}",
            )
        since, aware = known
        if aware != kind.aware:
            raise UsageError(
                f"--at {name} is {text!r}, {'with' if aware else 'without'} a time zone; "
                f"the model was fitted to {kind.described}",
                "add Z or an offset such as +09:00" if kind.aware else "leave the zone out, in the clock of the data",
            )
    values, low = days_of_nanoseconds([since])
    return float(values[0]), 0.0 if low is None else float(low[0])
