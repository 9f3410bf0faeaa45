"""Rows of the terms themselves, for what goes through rows one by one: training, predictions, errors by row.

A term of a row is its component, Σ factor · raw column in pairs of doubles, where the row has the term's levels, and 0 elsewhere
(−1 times it where sum coding has the base). Only for as many terms as there is room for: sums never need them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np

from wxb._typing import Integers, Matrix
from wxb.data.block import Block, Column
from wxb.design.pieces import Coded, Component, level_text
from wxb.design.structure import Stretch, Structure
from wxb.errors import DataError
from wxb.i18n import _
from wxb.moments.pairs import Pair, add, multiply
from wxb.printable import show


def codes_of(design: Structure, block: Block) -> dict[str, Integers]:
    """{column: (m,) places of the rows' levels among those of the design, −1 for others}"""
    found: dict[str, Integers] = {}
    for category, labels in zip(design.categories, block.labels):
        places = design.level_places[category.column]
        table = np.array([places.get(value, -1) for value in labels.values], dtype=np.int64)
        found[category.column] = table[labels.codes]
    return found


def term_columns(design: Structure, block: Block) -> tuple[Column, ...]:
    """p columns of a formed block, in the order of the terms."""
    found: list[Column] = []
    for __, column, marks in _stretches(design, block):
        if marks is None:
            found.append(Column(np.ones(block.rows)) if column is None else column)
        elif column is None:
            found += map(Column, marks)
        else:
            found += [Column(column.values * own, None if column.low is None else column.low * own) for own in marks]
    return tuple(found)


def pair_rows(design: Structure, block: Block) -> tuple[Matrix, Matrix | None]:
    """(m, k) design rows of a formed block, the intercept's 1 first when there is one; and what doubles leave of them."""
    high, low = np.ones((block.rows, len(design.layout))), None
    for stretch, column, marks in _stretches(design, block):
        first = design.layout.offset + stretch.first
        own = slice(first, first + stretch.count)
        if column is None:
            high[:, own] = 1.0 if marks is None else marks.T
            continue
        high[:, own] = (column.values if marks is None else column.values * marks).reshape(-1, block.rows).T
        if column.low is not None:
            low = np.zeros_like(high) if low is None else low
            low[:, own] = (column.low if marks is None else column.low * marks).reshape(-1, block.rows).T
    return high, low


def _stretches(design: Structure, block: Block) -> Iterator[tuple[Stretch, Column | None, Matrix | None]]:
    """The terms by component: what it is (None: 1), and (count, m) what each term's levels multiply it by (None: 1)."""
    codes = codes_of(design, block)
    _refuse_unseen(design, block, codes)
    components: dict[tuple[tuple[int, Fraction], ...], Column | None] = {}
    for stretch in design.stretches:
        combination = stretch.component.combination
        if combination not in components:
            components[combination] = component_column(stretch.component, block)
        marks: Matrix | None = None
        for one in design.pieces[stretch.piece].categories:
            own = _marks(design, one, codes[one.column])
            marks = own if marks is None else (marks[:, None, :] * own).reshape(-1, block.rows)
        yield stretch, components[combination], marks


def _refuse_unseen(design: Structure, block: Block, codes: Mapping[str, Integers]) -> None:
    """DataError for a level that the model does not know, with its row."""
    for category, labels in zip(design.categories, block.labels):
        bad = np.flatnonzero(codes[category.column] < 0)
        if len(bad):
            level, row = labels.values[labels.codes[bad[0]]], block.row_numbers()[bad[0]] + 1
            known = design.state.levels[category.column]
            listed = ", ".join(show(level_text(one)) for one in known[:12])
            raise DataError(
                _(
                    "row {row}: {column} is {level}, a level that the model was not fitted to",
                    row=row,
                    column=show(category.column),
                    level=show(level_text(level)),
                ),
                _("its levels are {levels}", levels=listed + (", …" if len(known) > 12 else "")),
            )


def component_column(component: Component, block: Block) -> Column | None:
    """A combination of raw columns; None for 1."""
    if component.combination == ((0, Fraction(1)),):
        return None
    if len(component.combination) == 1 and component.combination[0][1] == 1:
        return block.features[component.combination[0][0] - 1]
    total: Pair = (np.zeros(block.rows), np.zeros(block.rows))
    for column, factor in component.combination:
        high = float(factor)
        constant: Pair = (np.full(block.rows, high), np.full(block.rows, float(factor - Fraction(high))))
        total = add(total, multiply(constant, _pair(block.features[column - 1])) if column else constant)
    return Column(*total)


def _pair(column: Column) -> Pair:
    return column.values, np.zeros(len(column.values)) if column.low is None else column.low


def _marks(design: Structure, one: Coded, codes: Integers) -> Matrix:
    """(count, m) what each coded level of a category multiplies by: 0, 1 or −1."""
    column, rows = one.column, len(codes)
    marks = np.zeros((len(design.state.levels[column]), rows))
    marks[codes, np.arange(rows)] = 1.0
    if one.full:
        return marks
    base = design.level_places[column][design.base(column)]
    if design.category(column).coding == "sum":
        marks[:, codes == base] = -1.0
    return np.delete(marks, base, axis=0)
