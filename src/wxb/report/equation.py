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
from wxb.numbers import MINUS, number
from wxb.printable import cells
from wxb.report.lines import WIDTH, shortened

LEAST, MOST = 4, 17  # digits
ALLOWED = Fraction(1001, 1000)
FAR = 20  # standard deviations from 0: a term is written around its mean
NAME = 24
EASY = 6  # digits that are easily read; each one more counts as a letter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Terms (coefficient, name, centre or None), the level where there is one, and the digits of each, the level's last."""

    terms: tuple[tuple[Fraction, str, Fraction | None], ...]
    level: Fraction | None
    digits: tuple[int, ...]

    def texts(self) -> list[str]:
        values = [w for w, _, _ in self.terms] + ([] if self.level is None else [self.level])
        return [number(abs(float(v)), d) for v, d in zip(values, self.digits)]

    def rounded(self) -> list[Fraction]:
        values = [w for w, _, _ in self.terms] + ([] if self.level is None else [self.level])
        return [Fraction(t) if v >= 0 else -Fraction(t) for v, t in zip(values, self.texts())]

    def written(self) -> str:
        parts = []
        texts = self.texts()
        for (value, name, centre), text in zip(self.terms, texts):
            parts.append(_signed(value, f"{text} · {_around(name, centre)}"))
        if self.level is not None:
            parts.append(_signed(self.level, texts[-1]))
        return _joined(parts)


def equation(model: Fitted, width: int = WIDTH) -> str:
    """`dist = 3.932 · speed − 17.58`, as many terms as fit."""
    whole = _whole(model, width) if all(map(isfinite, model.theta.tolist())) else ""
    return whole if whole else _rounded_off(model, width)


def _whole(model: Fitted, width: int) -> str:
    """The line with the digits it needs, or "" where it does not fit or a name cannot be typed."""
    exact = model.exact_theta
    first = model.layout.offset
    named = [
        (w, _typed(name), i) for i, (w, name) in enumerate(zip(exact[first:], model.terms)) if name not in model.dropped
    ]
    if any(name is None for _, name, _ in named) or 8 * len(named) > width or _typed(model.target) is None:
        return ""
    base = exact[0] if first and exact[0] != 0 else None
    terms = tuple((w, name or "", None) for w, name, _ in named)
    if not terms and base is None:
        base = Fraction(0)
    count = len(terms) + (base is not None)
    plain = _Line(terms=terms, level=base, digits=(LEAST,) * count)
    target = _typed(model.target) or ""
    judge = _Judge(model, [i for _, _, i in named])
    lines = [judge.enough(plain)]
    if lines[0] is not plain and model.layout.intercept:
        lines.append(judge.enough(_centred(model, plain, [i for _, _, i in named])))
    found = [(f"{target} = {line.written()}", max(line.digits)) for line in lines if line is not None]
    fitting = [(cells(text) + max(0, digits - EASY), text) for text, digits in found if cells(text) <= width]
    return min(fitting)[1] if fitting else ""


class _Judge:
    """What a rounded line costs beside the line itself."""

    def __init__(self, model: Fitted, places: list[int]) -> None:
        self.model, self.places = model, places
        moments = model.moments
        last = moments.ledger.width - 1
        rounding = moments.exact(last, last) / moments.exact(0, 0) * Fraction(1, 2**102)
        self.most = ALLOWED * self._cost(model.exact_theta) + rounding
        if not model.is_minimum:  # where a descent happens to be matters to a millionth of what it could explain
            self.most += model.solution.tss / moments.exact(0, 0) / 10**6

    def _cost(self, theta: Sequence[Fraction]) -> Fraction:
        from wxb.solve import exact_mean_square

        return exact_mean_square(self.model.moments, theta, self.model.layout.intercept)

    def allows(self, line: _Line) -> bool:
        values = line.rounded()
        theta = [Fraction(0)] * len(self.model.terms)
        level = values[-1] if line.level is not None else Fraction(0)
        for (_, _, centre), value, place in zip(line.terms, values, self.places):
            theta[place] = value
            level -= value * (centre or 0)
        return self._cost(self.model.layout.listed(theta, level)) <= self.most

    def enough(self, line: _Line) -> _Line | None:
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


def _centred(model: Fitted, line: _Line, places: Sequence[int]) -> _Line:
    """The same around the means of terms that lie far from 0."""
    moments, terms = model.moments, []
    weight, level = moments.exact(0, 0), line.level or Fraction(0)
    for (value, name, _), place in zip(line.terms, places):
        mean = moments.exact(0, place + 1) / weight
        variance = moments.exact(place + 1, place + 1) / weight - mean * mean
        centre = _round_near(mean, variance) if mean * mean > FAR * FAR * variance > 0 else None
        terms.append((value, name, centre))
        level += value * (centre or 0)
    return _Line(terms=tuple(terms), level=level, digits=(LEAST,) * (len(terms) + 1))


def _round_near(mean: Fraction, variance: Fraction) -> Fraction:
    """A short number less than a standard deviation from the mean."""
    step = Fraction(10) ** floor((log10(variance.numerator) - log10(variance.denominator)) / 2)
    return round(mean / step) * step


def _around(name: str, centre: Fraction | None) -> str:
    if centre is None:
        return name
    text = _decimal(abs(centre))
    return f"({name} {MINUS if centre > 0 else '+'} {text})"


def _decimal(value: Fraction) -> str:
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


def _rounded_off(model: Fitted, width: int) -> str:
    """As many terms as fit, four digits each: to look at, not to be typed."""
    target = shortened(model.target, NAME)
    intercept = model.layout.intercept and model.intercept != 0
    terms = [(w, name) for w, name in zip(model.coef.tolist(), model.terms) if name not in model.dropped]
    for shown in range(len(terms), -1, -1):
        parts = [_signed(w, f"{number(abs(w))} · {shortened(name, NAME)}") for w, name in terms[:shown]]
        if shown < len(terms):
            parts.append(f" + … {len(terms) - shown} more")
        if intercept or not parts:
            parts.append(_signed(model.intercept, number(abs(model.intercept))))
        line = f"{target} ≈ {_joined(parts)}"
        if cells(line) <= width or shown <= 1:
            return line
    return target


def _signed(value: Fraction | float, text: str) -> str:
    return f" {MINUS if value < 0 else '+'} {text}"


def _joined(parts: Sequence[str]) -> str:
    text = "".join(parts).removeprefix(" + ")
    return text.replace(f" {MINUS} ", MINUS, 1) if parts[0].startswith(f" {MINUS}") else text
