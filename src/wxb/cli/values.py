"""Values as they are typed: `4`, `auto`, `a,b`, `hours=4,sleep=7`. A reader takes what was typed, and for which option."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from wxb.errors import UsageError
from wxb.i18n import _
from wxb.printable import shell_word, show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Point = dict[str, str]


def text(typed: str, place: str) -> str:
    """Itself."""
    return typed


def path(typed: str, place: str) -> Path:
    """A file."""
    if not typed.strip():  # an unset variable of the shell
        raise UsageError(
            _("`{place}` names no file", place=place), _("name the file, or leave `{place}` out", place=place)
        )
    from pathlib import Path

    return Path(typed)


def whole(typed: str, place: str) -> int:
    """A whole number."""
    try:
        return int(typed)
    except ValueError:
        raise refused(typed, place, _("a whole number"), _("for example `{place} 10`", place=place)) from None


def real(typed: str, place: str) -> float:
    """Any float64: which of them make sense is known to those who use it."""
    try:
        return float(typed)
    except ValueError:
        raise refused(typed, place, _("a number"), _("for example `{place} 0.5`", place=place)) from None


def positive(typed: str, place: str) -> float:
    """A positive number."""
    found = real(typed, place)
    if not 0 < found < math.inf:
        raise refused(typed, place, _("a positive number"), _("for example `{place} 0.01`", place=place))
    return found


def positive_whole(typed: str, place: str) -> int:
    """A whole number from 1 on."""
    found = whole(typed, place)
    if found < 1:
        raise refused(typed, place, _("1 or more"), _("for example `{place} 10`", place=place))
    return found


def level(typed: str, place: str) -> float:
    """The level of an interval."""
    found = real(typed, place)
    if not 0 < found < 1:
        raise refused(typed, place, _("a level between 0 and 1"), _("95 % is 0.95"))
    return found


def refused(typed: str, place: str, expected: str, do: str) -> UsageError:
    """What to say of a value that cannot be read."""
    return UsageError(
        _("`{place}` is {typed}, expected {expected}", place=place, typed=show(typed), expected=expected), do
    )


def thread_count(typed: str, place: str) -> int:
    """How many threads: at least one."""
    count = whole(typed, place)
    if count < 1:
        raise refused(typed, place, _("1 or more"), _("leave it out for all cores"))
    return count


def names(texts: Sequence[str], place: str) -> list[str]:
    """`--features a,b --features c` → ["a", "b", "c"]; a name with a comma stands in quotes: '"a,b",c'."""
    found = words(texts, place)
    if not found:  # an unset variable of the shell, more often than a wish for the intercept alone
        raise UsageError(
            _("`{place}` names no column", place=place),
            _("leave it out for all columns, or name them: `{place} a,b`", place=place),
        )
    return found


def words(texts: Sequence[str], place: str) -> list[str]:
    """The same of any words, or of none."""
    return [word.strip() for typed in texts for word in split(typed) if word.strip()]


def split(typed: str) -> list[str]:
    """The parts between commas; within double quotes, which stand at the begin of a part, a comma is a letter and "" a quote."""
    parts, part, quoted = [], "", False
    position = 0
    while position < len(typed):
        letter = typed[position]
        if letter == '"' and quoted and typed[position + 1 : position + 2] == '"':
            part, position = part + '"', position + 1
        elif letter == '"' and (quoted or not part.strip()):
            part, quoted = part.lstrip(" "), not quoted
        elif letter == "," and not quoted:
            parts.append(part)
            part = ""
        else:
            part += letter
        position += 1
    return [*parts, part] if typed else []


def rate(typed: str, place: str) -> float | str:
    """A learning rate: a number or "auto"."""
    return (
        typed
        if typed == "auto"
        else number(typed, place, _("a number or auto"), _("for example `{place} 0.01`", place=place))
    )


def penalty(typed: str, place: str) -> float | str:
    """A λ: a number or "auto"; of several it is said how one is chosen."""
    parts = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
    if len(parts) > 1:
        from wxb.data.words import number as number_in_text
        from wxb.methods.penalised import refuse_several

        values = [number_in_text(part) for part in parts]
        if None not in values:
            refuse_several(place.lstrip("-"), values)
    return rate(typed, place)


def share(typed: str, place: str) -> float:
    """A share of the rows; of a file of other rows it is said where these go."""
    try:
        return float(typed)
    except ValueError:
        from pathlib import Path

        do = _("for example `{place} 0.2`", place=place)
        if Path(typed).suffix:
            do = _(
                "for example `{place} 0.2`; rows in a file of their own: fit with `--save m.json`, then {call}",
                place=place,
                call=f"`wxb predict m.json {shell_word(typed)}`",
            )
        raise refused(typed, place, _("a share of the rows"), do) from None


def rates(texts: Sequence[str], place: str) -> list[float]:
    """`--rates 0.01,0.1` → [0.01, 0.1]."""
    return [real(typed, place) for typed in words(texts, place)]


def number(text: str, place: str, expected: str = "", do: str = "") -> float:
    """A finite number, written as in a table, or UsageError."""
    from wxb.data.words import number as number_in_text

    value = number_in_text(text)
    if value is None or not math.isfinite(value):
        raise refused(text, place, expected or _("a number"), do or _("for example `{place}=4`", place=place))
    return value


def points(texts: Sequence[str], place: str) -> list[Point]:
    """`--at hours=4,sleep=7` → [{"hours": "4", "sleep": "7"}]; a name met again begins the next point."""
    found: list[Point] = []
    for typed in texts:
        for part in split(typed):
            name, equals, value = part.rpartition("=")
            if not equals or not name.strip() or not value.strip():
                raise UsageError(
                    _("`{place}` {typed} is not NAME=VALUE", place=place, typed=show(typed)),
                    _("for example `{place} hours=4`", place=place),
                )
            name = name.strip()
            if not found or name in found[-1]:
                found.append({})
            found[-1][name] = value.strip()
    return found


def numbers(texts: Sequence[str], place: str) -> dict[str, float]:
    """One point of numbers: {"w": 2.0}."""
    found = points(texts, place)
    if len(found) > 1:
        twice = next(name for name in found[1] if name in found[0])
        raise UsageError(
            _("`{place}` gives {twice} twice", place=place, twice=show(twice)), _("give each name one value")
        )
    return {name: number(value, f"{place} {name}") for point in found for name, value in point.items()}


def start(typed: str, place: str) -> dict[str, float]:
    """`--start "hours=1,(b)=0"`."""
    return numbers([typed], place)
