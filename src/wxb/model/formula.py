"""The design that a formula asks for over a table: knots are looked at first, where it has splines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from wxb.advice import Advice
from wxb.covariance.errors import Errors
from wxb.data.table import Table
from wxb.design import Design
from wxb.design.arithmetic import Steps
from wxb.design.knots import knots_of
from wxb.design.made import Made
from wxb.design.of_formula import of_formula, splines_of
from wxb.errors import DataError, UsageError
from wxb.formula import Formula, Spline, Written, read
from wxb.formula.formula import text_of
from wxb.formula.tokens import written_name
from wxb.i18n import _, _n
from wxb.methods.exact import Exact
from wxb.methods.two_stage import TwoStage
from wxb.printable import show
from wxb.question import Question


def design_asked(question: Question, table: Table) -> tuple[Question, Design]:
    """The question with what its formula says of the intercept and of two stages, and the design of it."""
    asked = question.selection
    assert asked.formula is not None
    written = read(asked.formula)
    labels = () if question.se is None else Errors.parse(question.se).labels
    taken = [name for name in (asked.weights, asked.frequency, *(asked.by or ()), *labels) if name is not None]
    knots = {one.text: _look(one, question, table) for one in splines_of(written, table.columns, taken)}
    design = of_formula(written, table.columns, table.kinds, taken=taken, knots=knots)
    return replace(question, intercept=design.intercept, method=_method(question, written, table, taken)), design


def _method(question: Question, written: Written, table: Table, taken: Sequence[str]) -> Any:
    """Two stages where the formula has instruments."""
    formula = written.over(table.columns, taken)
    if not formula.endogenous:
        _refuse_unnamed(question.method, formula)
        return question.method
    if type(question.method) is not Exact:
        what = _("the formula asks for two stages, and the options for another way to the coefficients")
        raise UsageError(what, _("leave one of them out"))
    endogenous, instruments = (tuple(map(text_of, side)) for side in (formula.endogenous, formula.instruments))
    return TwoStage(endogenous=endogenous, instruments=instruments)


def _refuse_unnamed(method: Any, formula: Formula) -> None:
    """UsageError where options ask for two stages of what the formula does not name; it can say all of it."""
    if not isinstance(method, TwoStage):
        return
    terms = list(map(text_of, formula.terms))
    unknown = [name for name in (*method.of_endogenous, *method.of_instruments) if name not in terms]
    if unknown:
        told = {*method.of_endogenous, *method.of_instruments}
        rest = " + ".join(term for term in terms if term not in told) or "1"
        sides = " ~ ".join(" + ".join(map(_typed, side)) for side in (method.of_endogenous, method.of_instruments))
        raise UsageError(
            _n(
                "{unknown} is no term of the formula, which names the columns of two stages too",
                "{unknown} are no terms of the formula, which names the columns of two stages too",
                len(unknown),
                unknown=", ".join(map(show, unknown)),
            ),
            _(
                "write {formula}, and leave {endogenous} and {instruments} out",
                formula=Advice("formula", f"{formula.target.text} ~ {rest} | {sides}"),
                endogenous=Advice("endogenous"),
                instruments=Advice("instruments"),
            ),
        )


def _typed(name: str) -> str:
    return written_name(name) if "(" not in name else name


def _look(spline: Spline, question: Question, table: Table) -> tuple[float, ...]:
    """The knots of a spline, of all rows that are read."""
    if not table.rereadable:
        do = _("give a file or a table in memory")
        raise DataError(
            _(
                "{name} can be read once, and the knots of {text} are looked at before",
                name=table.name,
                text=show(spline.text),
            ),
            do,
        )
    scan = table.scan(replace(question.selection, formula=None, target=None, features=spline.names, by=None))
    steps = Steps.of([Made(name=spline.of.text, sources=spline.names, tree=spline.of.tree)])
    values, counts = [], []
    for block in scan.blocks():
        [column] = steps.columns(dict(zip(spline.names, block.features)), (), block.rows)
        values.append(column.values)
        counts.append(block.frequency)
    if not values:
        raise DataError(
            _("{name}: there are no rows to lay the knots of {text} in", name=table.name, text=show(spline.text)),
            _("give some rows"),
        )
    every = None if counts[0] is None else np.concatenate(counts)
    return knots_of(spline, np.concatenate(values), every)
