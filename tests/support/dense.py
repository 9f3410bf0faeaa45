"""Terms written out row by row: what assembled sums are held to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from wxb.design import Coded, Design, Numbers
from wxb.moments import Moments


def rows_of(design: Design, data: Mapping[str, Sequence[Any]]) -> list[list[Fraction]]:
    """(n, p) the terms of every row, as fractions; raw columns are products of columns joined by `:`, powers by `^`."""
    count = len(next(iter(data.values())))
    return [[_value(design, place, data, row) for place in range(len(design.terms))] for row in range(count)]


def raw(name: str, data: Mapping[str, Sequence[Any]], row: int) -> Fraction:
    value = Fraction(1)
    for factor in name.split(":"):
        base, _, power = factor.partition("^")
        value *= Fraction(data[base][row]) ** int(power or 1)
    return value


def _value(design: Design, place: int, data: Mapping[str, Sequence[Any]], row: int) -> Fraction:
    term = design.terms[place]
    columns = [Fraction(1), *(raw(made.name, data, row) for made in design.columns)]
    value = sum((factor * columns[column] for column, factor in term.component.combination), Fraction(0))
    levels = iter(term.levels)
    for factor in design.pieces[term.piece].factors:
        if isinstance(factor, Numbers):
            continue
        assert isinstance(factor, Coded)
        level, found = next(levels), data[factor.column][row]
        summed = not factor.full and design.category(factor.column).coding == "sum"
        value *= 1 if found == level else -1 if summed and found == design.base(factor.column) else 0
    return value


def same_sums(moments: Moments, rows: list[list[Fraction]], target: Sequence[float], weights: Sequence[float]) -> bool:
    """Whether moments are those of these rows, to the last bit."""
    full = [[Fraction(1), *row, Fraction(y)] for row, y in zip(rows, target)]
    width = len(full[0])
    return all(
        moments.exact(i, j) == sum((Fraction(w) * row[i] * row[j] for w, row in zip(weights, full)), Fraction(0))
        for i in range(width)
        for j in range(i + 1)
    )
