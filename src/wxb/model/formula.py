"""The design that a formula asks for over a table: knots are looked at first, where it has splines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wxb.covariance.errors import Errors
from wxb.data.table import Table
from wxb.design import Design
from wxb.design.arithmetic import Steps
from wxb.design.knots import knots_of
from wxb.design.made import Made
from wxb.design.of_formula import of_formula, splines_of
from wxb.errors import DataError
from wxb.formula import Spline, read
from wxb.printable import show
from wxb.question import Question


def design_asked(question: Question, table: Table) -> Design:
    """The design of the question's formula."""
    asked = question.selection
    assert asked.formula is not None
    written = read(asked.formula)
    labels = () if question.se is None else Errors.parse(question.se).labels
    taken = [name for name in (asked.weights, asked.frequency, *labels) if name is not None]
    knots = {one.text: _look(one, question, table) for one in splines_of(written, table.columns, taken)}
    return of_formula(written, table.columns, table.kinds, taken=taken, knots=knots)


def _look(spline: Spline, question: Question, table: Table) -> tuple[float, ...]:
    """The knots of a spline, of all rows that are read."""
    if not table.rereadable:
        do = "give a file or a table in memory"
        raise DataError(f"{table.name} can be read once, and the knots of {show(spline.text)} are looked at before", do)
    scan = table.scan(replace(question.selection, formula=None, target=None, features=spline.names, by=None))
    steps = Steps.of([Made(name=spline.of.text, sources=spline.names, tree=spline.of.tree)])
    values, counts = [], []
    for block in scan.blocks():
        [column] = steps.columns(dict(zip(spline.names, block.features)), (), block.rows)
        values.append(column.values)
        counts.append(block.frequency)
    if not values:
        raise DataError(f"{table.name}: there are no rows to lay the knots of {show(spline.text)} in", "give some rows")
    every = None if counts[0] is None else np.concatenate(counts)
    return knots_of(spline, np.concatenate(values), every)
