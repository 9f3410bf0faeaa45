"""A line as an equation of LaTeX, for an equation environment: names in upright text, escaped; the digits that the line needs.

    \text{dist} = 3.932\\,\text{speed} - 17.58

\text is that of amsmath; letters beyond Latin-1 need a font that has them. \approx stands for = where the digits are too many to be
chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite

from wxb.fitted import Fitted
from wxb.numbers import number
from wxb.report.equation import MOST_JUDGED, decimal, judged_lines, reading
from wxb.report.side_by_side.latex import escaped


def latex(model: Fitted) -> str:
    """The equation, all terms of it."""
    few = len(model.terms) <= MOST_JUDGED and all(map(isfinite, model.theta.tolist()))
    line = min(judged_lines(model) if few else [], key=reading, default=None)
    if line is not None:
        texts = line.texts()
        terms = [(value >= 0, text, name, centre) for (value, name, centre), text in zip(line.terms, texts)]
        level = None if line.level is None else (line.level >= 0, texts[-1])
    else:
        kept = [(w, name) for w, name in zip(model.coef.tolist(), model.terms) if name not in model.dropped]
        terms = [(w >= 0, number(abs(w)), name, None) for w, name in kept]
        level = (model.intercept >= 0, number(abs(model.intercept))) if model.layout.intercept else None
    parts = [*_terms(terms), *([(level[0], _power(level[1]))] if level is not None else [])] or [(True, "0")]
    (first, text), *others = parts
    joined = "".join(f" {'+' if plus else '-'} {part}" for plus, part in others)
    equals = "=" if line is not None else r"\approx"
    return f"{_name(model.target)} {equals} {'' if first else '-'}{text}{joined}"


def _terms(terms: Sequence[tuple[bool, str, str, Fraction | None]]) -> Iterator[tuple[bool, str]]:
    for plus, text, name, centre in terms:
        around = ""
        if centre is not None:
            around = f"({_name(name)} {'-' if centre > 0 else '+'} {decimal(abs(centre))})"
        yield plus, rf"{_power(text)}\,{around or _name(name)}"


def _name(name: str) -> str:
    return rf"\text{{{escaped(name)}}}"


def _power(text: str) -> str:
    """A number; 1.5e-7 as a power of ten."""
    return re.sub(r"^([\d.]+)e(-?\d+)$", r"\1 \\times 10^{\2}", text)
