"""How a number is written: no digit too many, the same everywhere.

    readable   3.932   -17.58   30044   1.5e-12   nan      as it can be typed back: with the ASCII minus
    shortest   0.1803  1e-7                                as many digits as there are
    number     3.932   −17.58   30044   1.5e-12   —        for an eye: a true minus sign, a dash for what is not known
    computed   2   −0.19661   123456789   nan   1 + 2i     of a computation: whole numbers whole, nan and inf as they are
    fixed, placed, significant, predicted                  with so many decimals, to a place, to so many digits
    statistic   1.000   −2.500   12.00   1.000e6   —       of a test: to so many digits, with the zeros among them
    apart, told_apart                                      as many digits as it takes to tell different ones apart
    counted, in_words                                      53 epochs, about 3 740 000

Without an exponent from 0.0001 to a million. For machines, `finite_or_text` writes what JSON lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, inf, isfinite, isnan, log10
from typing import Any

from wxb.i18n import N_, _

DASH = "—"
MINUS = "−"
MOST_DECIMALS = 8
MOST_DIGITS = 17  # that tell any two doubles apart
SMALL = 1e-5  # below it eight decimals show fewer than four digits


def readable(value: float, digits: int = 4) -> str:
    """A number to `digits` significant digits, without an exponent from 0.0001 to a million."""
    text = f"{value:.{digits}g}"
    if "e+" in text and abs(value) < 1e6:
        text = f"{value:.0f}"
    return text.replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")


def shortest(value: float) -> str:
    """The fewest digits that read back as the same number: 0.1803, 30, 1e-7."""
    return next(
        (text for digits in range(1, MOST_DIGITS) if float(text := readable(value, digits)) == value), repr(value)
    )


def number(value: float | None, digits: int = 4) -> str:
    """A number to `digits` significant digits: 3.932, −17.58, 30044, 1.5e-12."""
    if value is None or not isfinite(value):
        return DASH
    return _signed(readable(float(value), digits)) if value < 0 else readable(float(value), digits)


def computed(number: complex, digits: int = 5) -> str:
    """A number of a computation with at most `digits` significant digits, a whole one whole below a billion."""
    if isinstance(number, complex):
        sign = "+" if number.imag >= 0 or isnan(number.imag) else MINUS
        return f"{computed(number.real, digits)} {sign} {computed(abs(number.imag), digits)}i"
    if number == 0:
        return "0"
    if float(number).is_integer() and abs(number) < 1e9:
        return _signed(f"{number:.0f}")
    return _signed(readable(number, digits))


def factor(number: complex, digits: int = 5) -> str:
    """The same as a factor of a product: in brackets where it is negative."""
    text = computed(number, digits)
    return f"({text})" if text.startswith(MINUS) else text


def _signed(text: str) -> str:
    """The sign of a number, not of its exponent, as a true minus."""
    return MINUS + text[1:] if text.startswith("-") else text


def statistic(value: float | None, digits: int = 4) -> str:
    """A number to `digits` significant digits with the zeros among them, so that 1.0004 is 1.000 and no 1; 0 is 0."""
    text = number(value, digits)
    if text == DASH or value == 0:
        return text
    shown, mark, exponent = text.partition("e")
    missing = digits - len(shown.lstrip(MINUS).replace(".", "").lstrip("0"))
    if missing > 0:
        shown += "." * ("." not in shown) + "0" * missing
    return shown + mark + exponent


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


def percent(share: float) -> str:
    """A share of 0 … 1: 1.4 %."""
    return f"{100 * share:.1f} %"


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


def told_apart(a: float, b: float, digits: int = 4) -> tuple[str, str]:
    """Two numbers as they can be typed, with as many digits as it takes to see which is larger."""
    while readable(a, digits) == readable(b, digits) and a != b and digits < MOST_DIGITS:
        digits += 1
    return readable(a, digits), readable(b, digits)


def round_down(value: float, digits: int = 4) -> float:
    """The largest number of `digits` significant digits that is not above a positive value.

    A best rate is often a hair below the limit: rounded to nearest it could diverge.
    """
    if not 0 < value < inf:
        return value
    rounded = float(f"{value:.{digits - 1}e}")
    if rounded > value:
        written, exponent = f"{value:.40e}".split("e")
        rounded = float(f"{written[: digits + 1]}e{exponent}")
    return rounded


_COUNTED = {  # what texts count; a `repr` counts more, in English
    "epoch": (N_("{count} epoch"), N_("{count} epochs")),
    "row": (N_("{count} row"), N_("{count} rows")),
    "term": (N_("{count} term"), N_("{count} terms")),
    "coefficient": (N_("{count} coefficient"), N_("{count} coefficients")),
    "group": (N_("{count} group"), N_("{count} groups")),
    "cluster": (N_("{count} cluster"), N_("{count} clusters")),
    "model": (N_("{count} model"), N_("{count} models")),
    "name": (N_("{count} name"), N_("{count} names")),
    "column": (N_("{count} column"), N_("{count} columns")),
    "draw": (N_("{count} draw"), N_("{count} draws")),
    "lag": (N_("{count} lag"), N_("{count} lags")),
    "argument": (N_("{count} argument"), N_("{count} arguments")),
    "tensor": (N_("{count} tensor"), N_("{count} tensors")),
    "freedom": (N_("{count} degree of freedom"), N_("{count} degrees of freedom")),
}


def counted(number: float, unit: str = "epoch") -> str:
    """A number of epochs in words: `1 epoch`, `53 epochs`, `about 3 740 000 epochs`."""
    if unit in _COUNTED:
        return _(_COUNTED[unit][number != 1], count=in_words(number))
    return f"{in_words(number)} {unit}{'' if number == 1 else 's'}"


def numbered(count: int, unit: str) -> str:
    """The same for a `repr`, which is English in every language: `1 row`, `10 520 rows`."""
    return f"{thousands(count)} {unit}{'' if count == 1 else 's'}"


def in_words(number: float) -> str:
    """A count: whole, grouped by thousands, with an exponent from a billion on."""
    if number == inf:
        return _("infinitely many")
    if number >= 1e9:
        return readable(number)
    if number != round(number) and number < 10:
        return f"{number:.1f}"
    return thousands(round(number))


def thousands(count: int) -> str:
    """A whole number of things as every text writes it: in groups of three from five digits on, `1052`, `10 520`."""
    return f"{count:,}".replace(",", " ") if abs(count) >= 10_000 else str(count)


def finite_or_text(content: Any) -> Any:
    """What JSON can hold of a number: NaN and infinities as their names, a complex number as its two parts."""
    if isinstance(content, complex):
        return [finite_or_text(content.real), finite_or_text(content.imag)]
    return str(content) if isinstance(content, float) and not isfinite(content) else content
