"""A line as Arrow tables: a row for each coefficient, or one row of what is known of the whole.

>>> import wxb
>>> model = wxb.fit({"x": [1, 2, 3, 4], "y": [1, 3, 2, 5]}, "y")
>>> coefficients(model).column_names
['term', 'coef', 'se', 't', 'p', 'low', 'high']
>>> [round(glance(model)[name][0].as_py(), 3) for name in ("n", "r2", "f")]
[4, 0.691, 4.481]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wxb.advice import Advice
from wxb.design.pieces import level_text
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.printable import show
from wxb.report.errors_text import errors_name

if TYPE_CHECKING:
    import pyarrow


def coefficients(model: Fitted, level: float = 0.95) -> pyarrow.Table:
    """A row for each coefficient: term, coef, se, t, p, low, high; with categories also which one and the level, as text."""
    import pyarrow

    if model.penalised is None:
        found = model.inference
        low, high = found.interval(level).T
        numbers = {"coef": model.theta, "se": found.se, "t": found.t, "p": found.p, "low": low, "high": high}
    else:  # of which no errors are known
        numbers = {"coef": model.theta}
    columns: dict[str, Any] = {"term": pyarrow.array(model.layout.names)}
    if model.design.categories:
        columns |= {name: pyarrow.array(values, pyarrow.string()) for name, values in _levels(model).items()}
    return pyarrow.table(columns | {name: pyarrow.array(values) for name, values in numbers.items()})


def _levels(model: Fitted) -> dict[str, list[str | None]]:
    """Of each coefficient its categories and levels, joined by a colon; None where it has none."""
    design = model.design
    names = [":".join(one.column for one in design.pieces[term.piece].categories) or None for term in design.terms]
    levels = [":".join(map(level_text, term.levels)) if term.levels else None for term in design.terms]
    return {"category": model.layout.listed(names, None), "level": model.layout.listed(levels, None)}


def effects(model: Fitted, column: str, errors: bool) -> pyarrow.Table:
    """A row for each level of an absorbed category: level, n, effect, with `errors` also se."""
    import pyarrow

    eliminated = model.solution.eliminated
    if eliminated is None:
        raise UsageError(
            _("{column} is not absorbed", column=show(column)), _("fit with {absorb}", absorb=Advice("absorb", column))
        )
    levels, rows, values = eliminated.effects_of(column)
    columns = {column: pyarrow.array(levels), "n": pyarrow.array(rows), "effect": pyarrow.array(values)}
    if errors:
        columns["se"] = pyarrow.array(model.inference.residual_sd * eliminated.effect_roots(column))
    return pyarrow.table(columns)


def glance(model: Fitted) -> pyarrow.Table:
    """One row: what is known of the whole line."""
    import pyarrow

    told: dict[str, Any] = dict.fromkeys(
        ("adjusted_r2", "residual_sd", "df", "f", "f_df1", "f_df2", "f_p", "loglik", "aic", "bic", "errors")
    )
    if model.penalised is None:  # of which no errors are known
        found = model.inference
        told |= {
            "adjusted_r2": found.adjusted_r2 if model.is_minimum else None,
            "residual_sd": found.residual_sd,
            "df": found.freedom,
            "f": found.f,
            "f_df1": found.f_freedom[0],
            "f_df2": float(found.f_freedom[1]),
            "f_p": found.f_p,
            "loglik": found.loglik,
            "aic": found.aic,
            "bic": found.bic,
            "errors": errors_name(model),
        }
    kept = len(model.layout) - len(model.dropped)
    row = {"target": model.target, "n": model.n, "k": kept, "cost": model.cost, "r2": model.r2}
    row |= {**told, "outcome": model.outcome}
    whole = ("n", "k", "df", "f_df1")
    text = ("target", "errors", "outcome")
    types = {
        name: pyarrow.int64() if name in whole else pyarrow.string() if name in text else pyarrow.float64()
        for name in row
    }
    return pyarrow.table({name: pyarrow.array([value], types[name]) for name, value in row.items()})
