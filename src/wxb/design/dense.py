"""Rows of the terms themselves, for what goes through rows one by one: training, predictions, errors by row.

A term of a row is its component, Σ factor · raw column in pairs of doubles, where the row has the term's levels, and 0 elsewhere
(−1 times it where sum coding has the base). Only for as many terms as there is room for: sums never need them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.data.block import Block, Column
from wxb.design.pieces import Component, Level, level_text
from wxb.design.structure import Structure, Term
from wxb.errors import DataError
from wxb.moments.pairs import Pair, add, multiply
from wxb.printable import show


def codes_of(design: Structure, block: Block) -> dict[str, Integers]:
    """{column: (m,) places of the rows' levels among those of the design, −1 for others}"""
    found: dict[str, Integers] = {}
    for category, labels in zip(design.categories, block.labels):
        places = {level: place for place, level in enumerate(design.state.levels[category.column])}
        table = np.array([places.get(value, -1) for value in labels.values], dtype=np.int64)
        found[category.column] = table[labels.codes]
    return found


def term_columns(design: Structure, block: Block) -> tuple[Column, ...]:
    """p columns of a formed block, in the order of the terms."""
    codes = codes_of(design, block)
    _refuse_unseen(design, block, codes)
    places = {column: {level: i for i, level in enumerate(levels)} for column, levels in design.state.levels.items()}
    components: dict[tuple[tuple[int, Fraction], ...], Column | None] = {}
    found = []
    for term in design.terms:
        combination = term.component.combination
        if combination not in components:
            components[combination] = component_column(term.component, block)
        found.append(_at_levels(components[combination], _marks(design, term, codes, places), block.rows))
    return tuple(found)


def _refuse_unseen(design: Structure, block: Block, codes: Mapping[str, Integers]) -> None:
    """DataError for a level that the model does not know, with its row."""
    for category, labels in zip(design.categories, block.labels):
        bad = np.flatnonzero(codes[category.column] < 0)
        if len(bad):
            level, row = labels.values[labels.codes[bad[0]]], block.row_numbers()[bad[0]] + 1
            known = design.state.levels[category.column]
            listed = ", ".join(show(level_text(one)) for one in known[:12])
            raise DataError(
                f"row {row}: {show(category.column)} is {show(level_text(level))}, a level that the model was not fitted to",
                f"its levels are {listed}{', …' if len(known) > 12 else ''}",
            )


def matrix_of(design: Structure, block: Block) -> Matrix:
    """(m, k) design rows of a formed block, the intercept's 1 first when there is one."""
    columns = [column.values for column in term_columns(design, block)]
    rows = np.empty((block.rows, len(design.layout)))
    for place, values in enumerate(design.layout.listed(columns, np.ones(block.rows))):
        rows[:, place] = values
    return rows


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


def _marks(
    design: Structure, term: Term, codes: Mapping[str, Integers], places: Mapping[str, Mapping[Level, int]]
) -> Vector | None:
    """(m,) what a term's levels multiply its component by: 0, 1 or −1; None for a term without.  places : of each level"""
    found: Vector | None = None
    for one, level in zip(design.pieces[term.piece].categories, term.levels):
        own = places[one.column]
        marks = (codes[one.column] == own[level]).astype(np.float64)
        if not one.full and design.category(one.column).coding == "sum":
            marks -= codes[one.column] == own[design.base(one.column)]
        found = marks if found is None else found * marks
    return found


def _at_levels(column: Column | None, marks: Vector | None, rows: int) -> Column:
    if column is None:
        return Column(np.ones(rows) if marks is None else marks)
    if marks is None:
        return column
    return Column(column.values * marks, None if column.low is None else column.low * marks)
