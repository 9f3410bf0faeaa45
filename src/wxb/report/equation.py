"""The line as an equation that can be typed back: with the digits its cost needs, around the data where that is shorter.

    dist = 3.932 · speed − 17.58          value = 0.2691 · (t − 51000009) + 2.567

Four digits are enough for most lines. With t ≈ 5e7 they are not: 0.2691 · t is then off by thousands. The cost of the rounded line
is an exact quadratic of its coefficients, so it is known what each digit is worth: as many are shown as keep the cost within a
thousandth (and what rounding the target to float64 leaves). Where the whole line does not fit, or a name cannot be typed, ≈ stands
for =.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor, isfinite, log10

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.numbers import MINUS, number
from wxb.printable import cells, one_line
from wxb.report.lines import WIDTH, shortened

LEAST, MOST = 4, 17  # digits
ALLOWED = Fraction(1001, 1000)
FAR = 20  # standard deviations from 0: a term is written around its mean
NAME = 24
MOST_JUDGED = 60  # terms up to which the digits are chosen one by one
SHORTEST = 8  # cells of a term at least: ` + 2 · x`
EASY = 6  # digits that are easily read; each one more counts as a letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Terms (coefficient, name, centre or None), the level where there is one, and the digits of each, the level's last."""

    terms: tuple[tuple[Fraction, str, Fraction | None], ...]
    level: Fraction | None
    digits: tuple[int, ...]

    def texts(self) -> list[str]:
        values = [w for w, __, __ in self.terms] + ([] if self.level is None else [self.level])
        return [number(abs(float(v)), d) for v, d in zip(values, self.digits)]

    def rounded(self) -> list[Fraction]:
        values = [w for w, __, __ in self.terms] + ([] if self.level is None else [self.level])
        return [Fraction(t) if v >= 0 else -Fraction(t) for v, t in zip(values, self.texts())]

    def written(self) -> str:
        parts = []
        texts = self.texts()
        for (value, name, centre), text in zip(self.terms, texts):
            parts.append(_signed(value, f"{text} · {_around(_typed(name) or name, centre)}"))
        if self.level is not None:
            parts.append(_signed(self.level, texts[-1]))
        return _joined(parts)


def equation(model: Fitted, width: int | None = WIDTH) -> str:
    """`dist = 3.932 · speed − 17.58`, as many terms as fit; None: all of them."""
    beside = [] if model.design.offset is None else [model.design.offset.name]
    beside += [_("an effect of {column}", column=one.column) for one in model.design.categories if one.absorbed]
    more = "".join(f" + {_read(text, width)}" for text in beside)
    room = None if width is None else width - cells(more)
    whole = _whole(model, room) if all(map(isfinite, model.theta.tolist())) and model.has_sums else ""
    return (whole if whole else _rounded_off(model, room)) + more


def _whole(model: Fitted, width: int | None) -> str:
    """The line with the digits it needs, or "" where it does not fit or a name cannot be typed."""
    names = [model.terms[i] for i in _standing(model)]
    target, most = _typed(model.target), MOST_JUDGED if width is None else width // 8
    if target is None or len(names) > most or any(_typed(name) is None for name in names):
        return ""
    found = [(reading(line), f"{target} = {line.written()}") for line in judged_lines(model)]
    fitting = [one for one in found if width is None or cells(one[1]) <= width]
    return min(fitting)[1] if fitting else ""


def _standing(model: Fitted) -> list[int]:
    """Places of the terms that are written: those that stayed, and under a penalty those that it left something of."""
    return [
        i
        for i, (w, name) in enumerate(zip(model.coef.tolist(), model.terms))
        if name not in model.dropped and (w or model.penalised is None)
    ]


def reading(line: Line) -> int:
    """What it takes to read a line: its letters, and its many digits once more."""
    return cells(line.written()) + max(0, max(line.digits) - EASY)


def judged_lines(model: Fitted) -> list[Line]:
    """The line with the digits it needs, and where these are many also around the data; [] where seventeen are not enough."""
    exact, first = model.exact_theta, model.layout.offset
    named = [(exact[first + i], model.terms[i], i) for i in _standing(model)]
    base = exact[0] if first and exact[0] != 0 else None
    terms = tuple((w, name, None) for w, name, __ in named)
    if not terms and base is None:
        base = Fraction(0)
    plain = Line(terms=terms, level=base, digits=(LEAST,) * (len(terms) + (base is not None)))
    places = [i for __, __, i in named]
    judge = _Judge(model, places)
    lines = [judge.enough(plain)]
    if lines[0] is not plain and model.layout.intercept:
        lines.append(judge.enough(_centred(model, plain, places)))
    return [line for line in lines if line is not None]


class _Judge:
    """What a rounded line costs beside the line itself."""

    def __init__(self, model: Fitted, places: list[int]) -> None:
        self.model, self.places = model, places
        moments = model.moments
        last = moments.ledger.width - 1
        rounding = moments.exact(last, last) / moments.exact(0, 0) * Fraction(1, 2**102)
        self.most = ALLOWED * self._cost(model.exact_theta) + rounding
        if not model.is_minimum:
            from wxb.solve import total_sum_of_squares

            # where a descent happens to be matters to a millionth of what it could explain
            self.most += total_sum_of_squares(moments, model.layout.intercept) / moments.exact(0, 0) / 10**6

    def _cost(self, theta: Sequence[Fraction]) -> Fraction:
        from wxb.solve import exact_mean_square

        return exact_mean_square(self.model.moments, theta, self.model.layout.intercept)

    def allows(self, line: Line) -> bool:
        values = line.rounded()
        theta = [Fraction(0)] * len(self.model.terms)
        level = values[-1] if line.level is not None else Fraction(0)
        for (__, __, centre), value, place in zip(line.terms, values, self.places):
            theta[place] = value
            level -= value * (centre or 0)
        return self._cost(self.model.layout.listed(theta, level)) <= self.most

    def enough(self, line: Line) -> Line | None:
        """The line with the fewest digits; itself where four are enough, None where seventeen are not."""
        if self.allows(line):
            return line
        digits = next(
            (d for d in range(LEAST + 1, MOST + 1) if self.allows(replace(line, digits=(d,) * len(line.digits)))), 0
        )
        if not digits:
            return None
        line = replace(line, digits=(digits,) * len(line.digits))
        for place in range(len(line.digits)):
            while line.digits[place] > LEAST:
                fewer = (*line.digits[:place], line.digits[place] - 1, *line.digits[place + 1 :])
                if not self.allows(replace(line, digits=fewer)):
                    break
                line = replace(line, digits=fewer)
        return line


def _centred(model: Fitted, line: Line, places: Sequence[int]) -> Line:
    """The same around the means of terms that lie far from 0."""
    moments, terms = model.moments, []
    weight, level = moments.exact(0, 0), line.level or Fraction(0)
    for (value, name, __), place in zip(line.terms, places):
        mean = moments.exact(0, place + 1) / weight
        variance = moments.exact(place + 1, place + 1) / weight - mean * mean
        centre = round_near(mean, variance) if mean * mean > FAR * FAR * variance > 0 else None
        terms.append((value, name, centre))
        level += value * (centre or 0)
    return Line(terms=tuple(terms), level=level, digits=(LEAST,) * (len(terms) + 1))


def round_near(mean: Fraction, variance: Fraction) -> Fraction:
    """A short number less than a standard deviation from the mean."""
    step = Fraction(10) ** floor((log10(variance.numerator) - log10(variance.denominator)) / 2)
    return round(mean / step) * step


def _around(name: str, centre: Fraction | None) -> str:
    if centre is None:
        return name
    text = decimal(abs(centre))
    return f"({name} {MINUS if centre > 0 else '+'} {text})"


def decimal(value: Fraction) -> str:
    """A decimal fraction as it is."""
    places = next(d for d in range(400) if (value * 10**d).denominator == 1)
    whole = str(value * 10**places).rjust(places + 1, "0")
    return f"{whole[:-places]}.{whole[-places:]}" if places else whole


def _typed(name: str) -> str | None:
    """A name as the grammar of `--line` takes it; None where it cannot be typed."""
    if name.isascii() and name.isidentifier():  # as most are: then the grammar need not be loaded
        return name
    from wxb.expression import quoted

    return quoted(name)


def _rounded_off(model: Fitted, width: int | None) -> str:
    """As many terms as fit, four digits each: to look at, not to be typed."""
    target = _read(model.target, width)
    intercept = model.layout.intercept and model.intercept != 0
    terms = [(float(model.coef[i]), model.terms[i]) for i in _standing(model)]
    most = len(terms) if width is None else min(len(terms), width // SHORTEST + 1)
    for shown in range(most, -1, -1):
        parts = [_signed(w, f"{number(abs(w))} · {_read(name, width)}") for w, name in terms[:shown]]
        if shown < len(terms):
            parts.append(_(" + … {count} more", count=len(terms) - shown))
        if intercept or not parts:
            parts.append(_signed(model.intercept, number(abs(model.intercept))))
        line = f"{target} ≈ {_joined(parts)}"
        if width is None or cells(line) <= width or shown <= 1:
            return line
    return target


def _read(name: str, width: int | None) -> str:
    """A name to be read: where room is short, shortened."""
    return one_line(name) if width is None else shortened(name, NAME + max(width - WIDTH, 0) // 2)


def _signed(value: Fraction | float, text: str) -> str:
    return f" {MINUS if value < 0 else '+'} {text}"


def _joined(parts: Sequence[str]) -> str:
    text = "".join(parts).removeprefix(" + ")
    return text.replace(f" {MINUS} ", MINUS, 1) if parts[0].startswith(f" {MINUS}") else text
