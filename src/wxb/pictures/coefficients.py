"""Coefficients with their intervals, by the errors of the model; the intercept, which is of other units, is told beneath.

Where intervals differ in width so far that the short ones would be points, each is drawn in its own standard errors.
"""

from __future__ import annotations

import numpy as np

from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.marks.axis import Axis, around
from wxb.marks.mark import Mark, across, dots, rule
from wxb.marks.measure import shortened
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number
from wxb.passes.binned import Shown
from wxb.pictures.options import Options
from wxb.pictures.penalty import spreads
from wxb.pictures.words import is_exact, name_of, percent_text, warned
from wxb.printable import cells, one_line
from wxb.report.errors_text import errors_name

MOST = 40  # coefficients of a picture
APART = 30.0  # of the reach of two intervals, beyond which one is a point
ROOM, LINE = 26, 0.055  # cells of a name; height of a row by the width of the frame


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    if model.penalised is not None:
        return _under_penalty(model)
    names, found = model.layout.names, model.inference
    coef, se = np.asarray(model.solution.coefficients), np.asarray(found.se)
    ends = found.interval(options.interval)
    there = [i for i in model.solution.kept if i >= model.layout.offset] or list(model.solution.kept)
    if not there:
        raise UsageError(_("the line has no coefficients to draw"), _("fit one with terms or an intercept"))
    chosen = _largest(there, coef, se)
    reach = np.nanmax(np.abs(np.column_stack([coef, ends])[chosen]), axis=1)
    own = bool(np.isfinite(se[chosen]).all() and (se[chosen] > 0).all() and reach.max() > APART * reach.min())
    scale = se[chosen] if own else np.ones(len(chosen))
    values, low, high = coef[chosen] / scale, ends[chosen, 0] / scale, ends[chosen, 1] / scale
    places = np.arange(len(chosen), 0, -1, dtype=np.float64)
    level = percent_text(options.interval)
    marks: list[Mark] = [rule(x=0.0, role="quiet")]
    exact = is_exact(model)
    if np.isfinite(low).all() and not exact:
        marks.append(across(places, low, high, "value", name=_("{level} interval", level=level)))
    marks.append(dots(values, places, "value", name=_("coefficient")))
    ticks = _ticks(places, [names[i] for i in chosen], coef[chosen])
    label = _("coefficient, in its own standard errors") if own else _("coefficient")
    crossing = int(((low <= 0) & (high >= 0)).sum())
    said = _n("{n} of {all} intervals holds 0", "{n} of {all} intervals hold 0", crossing, all=len(chosen))
    if not crossing:
        said = _("no interval holds 0")
    if exact:
        said = _("every error is 0: the line passes through all rows")
    errors = _("{errors} errors", errors=errors_name(model))
    heading = _("{level} intervals, {errors}", level=level, errors=errors)
    panel = _panel(around(label, [0.0], values, low, high), ticks, marks, heading, said)
    return Scene(
        kind="coefficients",
        title=_("What each term adds to {target}", target=name_of(model.target)),
        description=f"{said}; {errors}.",
        panels=(panel,),
        note=" · ".join(one for one in (_intercept(model, there), _left_out(there, chosen), warned(model)) if one),
        table=_table(model, options.interval),
    )


def _panel(x: Axis, ticks: tuple[tuple[float, str], ...], marks: list[Mark], heading: str, said: str) -> Panel:
    return Panel(
        x=x,
        y=Axis(label="", low=0.4, high=len(ticks) + 0.6, ticks=ticks),
        marks=tuple(marks),
        heading=heading,
        subheading=said,
        aspect=float(np.clip(LINE * (len(ticks) + 2), 0.2, 2.5)),
    )


def _under_penalty(model: Fitted) -> Scene:
    """Of one λ, in standard deviations of the columns, by which they are penalised; errors of these are not known."""
    values, terms, coef = model.coef * spreads(model), model.terms, np.asarray(model.coef)
    if not terms:
        raise UsageError(_("the line has no coefficients to draw"), _("fit one with terms or an intercept"))
    chosen = sorted(np.argsort(-np.abs(values), kind="stable")[:MOST].tolist())
    places = np.arange(len(chosen), 0, -1, dtype=np.float64)
    marks = [rule(x=0.0, role="quiet"), dots(values[chosen], places, "value", name=_("coefficient"))]
    said = _("coefficients at 0: {zero} of {count}", zero=int((coef == 0).sum()), count=len(terms))
    x = around(_("coefficient, per standard deviation of its column"), [0.0], values)
    left = len(terms) - len(chosen)
    notes = [_("the intercept b is {value}", value=number(model.intercept)) if model.layout.intercept else ""]
    notes += [_n("{n} more is smaller", "{n} more are smaller", left) if left else "", warned(model)]
    ticks = _ticks(places, [terms[j] for j in chosen], coef[chosen])
    return Scene(
        kind="coefficients",
        title=_("What each term adds to {target}", target=name_of(model.target)),
        description=_("{said}; errors are not known under a penalty.", said=said),
        panels=(_panel(x, ticks, marks, _("Coefficients under a penalty"), said),),
        note=" · ".join(one for one in notes if one),
        table={"term": [*terms], "coefficient": coef.tolist(), "standardised": values.tolist()},
    )


def _ticks(places: np.ndarray, names: list[str], coef: np.ndarray) -> tuple[tuple[float, str], ...]:
    """Names that differ stay different, each with its number."""
    called = shortened([one_line(name) for name in names], lambda name: cells(name) <= ROOM)
    return tuple(
        (place, f"{name}: {number(value, 3)}") for place, name, value in zip(places.tolist(), called, coef.tolist())
    )


def _largest(places: list[int], coef: np.ndarray, se: np.ndarray) -> list[int]:
    """Those that are drawn, in the order of the line: all, or the largest beside their errors."""
    if len(places) <= MOST:
        return places
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.nan_to_num(np.abs(coef[places] / se[places]), nan=0.0, posinf=np.inf)
    return sorted(np.array(places)[np.argsort(-size, kind="stable")[:MOST]].tolist())


def _intercept(model: Fitted, there: list[int]) -> str:
    if not model.layout.intercept or there == [0]:
        return ""
    return _("the intercept b is {value}", value=number(float(model.solution.coefficients[0])))


def _left_out(there: list[int], chosen: list[int]) -> str:
    left = len(there) - len(chosen)
    return _n("{n} more is smaller beside its error", "{n} more are smaller beside their errors", left) if left else ""


def _table(model: Fitted, level: float) -> dict[str, list]:
    low, high = model.inference.interval(level).T
    return {
        "term": list(model.layout.names),
        "coefficient": model.solution.coefficients.tolist(),
        "standard error": model.inference.se.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
    }
