"""Values as they are typed: `hours=4,sleep=7`, `hours=1,(b)=0`, `a,b`, `auto`."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from wxb.errors import UsageError

if TYPE_CHECKING:
    from wxb.model.model import Model

Point = dict[str, str]

_TRUTHS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


def names(texts: Sequence[str] | None) -> list[str] | None:
    """`--features a,b --features c` → ["a", "b", "c"]; a name with a comma stands in quotes: '"a,b",c'."""
    if not texts:
        return None
    found = [name.strip() for text in texts for name in next(csv.reader([text], skipinitialspace=True), [])]
    return [name for name in found if name]


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
        for part in next(csv.reader([text], skipinitialspace=True), []):
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


def resolve(model: Model, point: Point) -> dict[str, float]:
    """A value for each term of a model; `paid=yes` is 1 for the term paid[yes]. Integers beyond 2^53 keep their digits."""
    columns = {term: term[: term.rindex("[")] if term.endswith("]") and "[" in term else term for term in model.terms}
    for name in point:
        if name not in columns and name not in columns.values():
            near = get_close_matches(name, model.terms, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"--at: the model has no term {name!r}{meant}", f"its terms are {', '.join(model.terms)}")
    values: dict[str, float] = {}
    for term, column in columns.items():
        if term in point:
            values[term] = whole(point[term], number(point[term], f"--at {term}"))
        elif column in point:
            values[term] = _truth(point[column], term, column)
        else:
            given = ",".join(f"{name}={value}" for name, value in point.items())
            raise UsageError(
                f"--at {given} gives no value for {column}",
                f"the model's terms are {', '.join(model.terms)}; give each a value",
            )
    return values


def _truth(text: str, term: str, column: str) -> float:
    value = _TRUTHS.get(text.lower())
    if value is None:
        value = number(text, f"--at {column}", f"yes or no (the term is {term})")
    return value
