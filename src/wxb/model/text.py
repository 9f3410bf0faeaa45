"""Numbers and tables as text: no digit too many, columns under each other, Korean letters counted as two cells wide.

A number that is not known (NaN) or means nothing (infinite) is a dash, never a word for it.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from math import floor, isfinite, log10

from wxb.printable import one_line
from wxb.trajectory import readable

WIDTH = 80
DASH = "—"
MINUS = "−"
MOST_DECIMALS = 8
MOST_DIGITS = 17  # that tell any two doubles apart
GROUPS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
TIED = "\N{NO-BREAK SPACE}"


def number(value: float | None, digits: int = 4) -> str:
    """A number to `digits` significant digits: 3.932, −17.58, 30044, 1.5e-12."""
    if value is None or not isfinite(value):
        return DASH
    return readable(float(value), digits).replace("-", MINUS, 1) if value < 0 else readable(float(value), digits)


def significant(value: float, digits: int) -> str:
    """A number to `digits` significant digits and not one more: 23148 to two is 2.3e4."""
    text = number(value, digits)
    if not isfinite(value) or "e" in text or abs(value) < 10.0**digits:
        return text
    return f"{value:.{digits - 1}e}".replace("e+0", "e").replace("e+", "e").replace("-", MINUS)


def placed(value: float, decimals: int) -> str:
    """A number with no digit beyond a place: 10^−decimals, of tens and more where `decimals` is below 0."""
    if value == 0 or not isfinite(value):
        return fixed(value, min(max(decimals, 0), MOST_DECIMALS))
    if 0 <= decimals <= MOST_DECIMALS and abs(value) < 1e9:
        text = f"{abs(value):.{decimals}f}"
        return MINUS + text if value < 0 and text.strip("0.") else text
    digits = floor(log10(abs(value))) + 1 + decimals
    return significant(value, min(digits, MOST_DIGITS)) if digits >= 1 else "0"


def apart(values: Sequence[float], digits: int = 4) -> list[str]:
    """Numbers to so many significant digits, or as many as it takes to tell different ones apart."""
    if any(isinstance(value, int) for value in values):  # beyond 2^53, and whole
        return [
            str(value).replace("-", MINUS) if isinstance(value, int) else number(value, MOST_DIGITS) for value in values
        ]
    different = len({value for value in values if isfinite(value)})
    while True:
        texts = [number(value, digits) for value in values]
        if digits >= MOST_DIGITS or len({t for t, v in zip(texts, values) if isfinite(v)}) >= different:
            return texts
        digits += 1


def fixed(value: float | None, decimals: int) -> str:
    """A number with so many decimals; with an exponent where that would be long or show nothing."""
    if value is None or not isfinite(value):
        return DASH
    if value != 0 and (abs(value) >= 1e9 or abs(value) < 0.5 * 10.0**-MOST_DECIMALS):
        return number(value)
    text = f"{abs(value):.{decimals}f}"
    return MINUS + text if value < 0 and any(letter in "123456789" for letter in text) else text


def decimals_for(value: float, digits: int) -> int:
    """Decimals that show `digits` significant digits of a value."""
    return min(max(place_for(value, digits), 0), MOST_DECIMALS)


def place_for(value: float, digits: int) -> int:
    """The same without bounds: below 0 for large values."""
    return digits - 1 if value == 0 or not isfinite(value) else digits - 1 - floor(log10(abs(value)))


def predicted(value: float, digits: int = 4) -> str:
    """A prediction with its zeros: 8.000, 65.00, 30043."""
    return fixed(value, decimals_for(value, digits))


def p_value(p: float | None) -> str:
    """A p: 0.0123, 1.5e-12, <1e-300."""
    if p is None or not isfinite(p):
        return DASH
    if p < 1e-300:
        return "<1e-300"
    return f"{p:.3g}" if p >= 1e-4 else readable(p, 2)


def cells(text: str) -> int:
    """Width in a terminal."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def aligned(column: Sequence[str]) -> list[str]:
    """Numbers with different decimals, filled with spaces so that their points stand under each other."""
    tails = [len(text.partition(".")[2]) + 1 if "." in text else 0 for text in column]
    numeric = [any(letter.isdigit() for letter in text) and "e" not in text for text in column]
    widest = max((tail for tail, is_number in zip(tails, numeric) if is_number), default=0)
    return [text + " " * (widest - tail) if known else text for text, tail, known in zip(column, tails, numeric)]


def pad(text: str, width: int, right: bool = True) -> str:
    """Text in `width` cells, its end (or its beginning) at the edge."""
    space = " " * max(width - cells(text), 0)
    return space + text if right else text + space


def shortened(text: str, width: int) -> str:
    """A name in at most `width` cells; line breaks and tabs in it do not break the table."""
    text = one_line(" ".join(text.split()))
    if cells(text) <= width:
        return text
    kept = ""
    for letter in text:
        if cells(kept + letter) > width - 1:
            break
        kept += letter
    return kept + "…"


def table(
    rows: Sequence[Sequence[str]], *, left: int = 1, gap: str = "   ", indent: str = "  ", words_last: bool = False
) -> list[str]:
    """Rows of equal length as lines; the first `left` columns, and with `words_last` the last, begin at the left edge."""
    if not rows:
        return []
    widths = [max(cells(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = [left <= i < len(widths) - words_last for i in range(len(widths))]
    return [
        (indent + gap.join(pad(cell, width, right[i]) for i, (cell, width) in enumerate(zip(row, widths)))).rstrip()
        for row in rows
    ]


def wrapped(text: str, indent: str = "  ", hanging: str | None = None) -> list[str]:
    """Words in lines of at most WIDTH cells. A number in groups, 25 566, is one word."""
    later = indent if hanging is None else hanging
    text = GROUPS.sub(TIED, text)
    lines = textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )
    if all(cells(line) <= WIDTH for line in lines):
        return [line.replace(TIED, " ") for line in lines]
    lines, line = [], indent
    for word in re.split(r"[ \t\n]+", text):
        joined = line + word if line in (indent, later) else f"{line} {word}"
        if cells(joined) > WIDTH and line not in (indent, later):
            lines.append(line)
            joined = later + word
        line = joined
    return [part.replace(TIED, " ") for part in (*lines, line)]


def folded(text: str) -> list[str]:
    """Lines such as an outcome's (`  do    …`), each folded under its own words where it is too long."""
    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        lines += [line] if cells(line) <= WIDTH else wrapped(line.strip(), indent, "        " if indent else "  ")
    return lines
