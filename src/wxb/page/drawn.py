"""Which picture there is of a result, in which nothing is read again: of a line, a descent, groups, a given line, predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wxb._typing import Marks, Vector
from wxb.errors import WxbError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.marks.axis import Axis, around
from wxb.marks.mark import Mark, Role, across, dots, line, rule, segments
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number
from wxb.pictures.coefficients import scene as coefficients
from wxb.pictures.epochs import scene as epochs
from wxb.pictures.line import without_rows
from wxb.pictures.options import Options
from wxb.pictures.words import columns, name_of, percent_text
from wxb.report.group_table import label_text

if TYPE_CHECKING:
    from wxb.model.groups import Groups
    from wxb.model.line import LineCost
    from wxb.predict.evaluate import Prediction
    from wxb.trajectory import Trajectory

MOST_LABELS, MOST_ROWS = 40, 400
LEVEL = 0.95


def of_line(model: Fitted, interval: float = LEVEL) -> Scene | None:
    """Of a descent its cost by epoch; of a minimum the line along its only column, else its coefficients."""
    try:
        if model.trajectory is not None:
            return epochs(model, None, Options())
        options = Options(interval=interval)
        return without_rows(model, options) or coefficients(model, None, options)
    except WxbError:  # there is nothing to draw: no terms, a run without an answer
        return None


def of_trajectory(path: Trajectory) -> Scene | None:
    """The cost by epoch, of a run whose rows are not at hand; the bottom is the rounding of the highest cost."""
    if not len(path):
        return None
    lowest = max(float(np.nanmax(path.cost)) * 1e-16, 5e-324)
    marks = [
        line(path.epochs, np.maximum(path.cost, lowest), "path", name=_("cost") if path.test_cost is not None else "")
    ]
    if path.test_cost is not None:
        marks.append(line(path.epochs, np.maximum(path.test_cost, lowest), "test", name=_("cost of the rows held out")))
    first, last = (number(float(one)) for one in (path.cost[0], path.final_cost))
    heights = [mark.points[:, 1] for mark in marks]
    panel = Panel(
        x=around(_("epoch"), path.epochs), y=around(_("cost"), *heights, log=True), marks=tuple(marks), aspect=0.55
    )
    return Scene(
        kind="epochs",
        title=_("The cost by epoch"),
        description=_("From {first} to {last}; epochs: {n}.", first=first, last=last, n=path.outcome.epochs),
        panels=(panel,),
        table={_("epoch"): path.epochs.tolist(), _("cost"): path.cost.tolist()},
    )


def of_groups(groups: Groups, interval: float = LEVEL) -> Scene | None:
    """The first weight of each group with its interval; of many groups the weights alone, in their order of size."""
    if not groups.terms:
        return None
    name, coef = name_of(groups.terms[0]), groups.coef[:, 0]
    title = _("{name} by {columns}", name=name, columns=name_of(label_text(groups.by)))
    if len(groups) > MOST_LABELS:
        return _many_groups(title, name, coef)
    labels, places = list(groups), np.arange(len(groups), 0, -1.0)
    ends = np.array([_interval(groups, label, interval) for label in labels])
    ticks = tuple(zip(places.tolist(), (name_of(label_text(label), 26) for label in labels)))
    level = _("{level} interval", level=percent_text(interval))
    marks: list[Mark] = [rule(x=0.0)]
    if np.isfinite(ends).any():
        marks.append(across(places, ends[:, 0], ends[:, 1], "value", name=level))
    marks.append(dots(coef, places, "value", name=name))
    panel = Panel(
        x=around(name, [0.0], coef, ends),
        y=Axis(label="", low=0.4, high=len(labels) + 0.6, ticks=ticks),
        marks=tuple(marks),
        aspect=float(np.clip(0.055 * (len(labels) + 2), 0.25, 2.5)),
    )
    table = columns({_("group"): [label_text(one) for one in labels]}, {name: coef.tolist()})
    return Scene(kind="groups", title=title, description=_spread(coef), panels=(panel,), table=table)


def _many_groups(title: str, name: str, coef: Vector) -> Scene | None:
    known = np.sort(coef[np.isfinite(coef)])
    if not len(known):
        return None
    share = (np.arange(len(known)) + 0.5) / len(known)
    chosen = np.unique(np.linspace(0, len(known) - 1, MOST_ROWS).round().astype(int))
    axis = Axis(label=_("share of the groups below"), low=0, high=1)
    panel = Panel(
        x=axis, y=around(name, known), marks=(rule(y=0.0), line(share[chosen], known[chosen], "value")), aspect=0.5
    )
    table = columns({axis.label: share[chosen].tolist()}, {name: known[chosen].tolist()})
    return Scene(kind="groups", title=title, description=_spread(coef), panels=(panel,), table=table)


def _interval(groups: Groups, label: object, level: float) -> tuple[float, float]:
    try:
        found = groups[label]
    except WxbError:
        return np.nan, np.nan
    low, high = found.inference.interval(level)[found.layout.offset].tolist()
    return low, high


def _spread(coef: Vector) -> str:
    low, middle, high = (
        (number(one) for one in np.nanquantile(coef, [0, 0.5, 1])) if np.isfinite(coef).any() else ("—",) * 3
    )
    return _("From {low} to {high}, half of the groups below {middle}.", low=low, high=high, middle=middle)


def of_line_cost(found: LineCost) -> Scene:
    """The errors of a given line: along its column where it has one, else row by row."""
    count = min(len(found.error), MOST_ROWS)
    names = list(found.columns)
    alone = len(names) == 1 and found.columns[names[0]].dtype.kind in "fiub"
    x = np.asarray(found.columns[names[0]][:count], dtype=np.float64) if alone else np.arange(1.0, count + 1)
    actual, predicted = (np.asarray(one[:count], dtype=np.float64) for one in (found.actual, found.predicted))
    over = actual > predicted
    sides: list[tuple[Role, Marks, str]] = [
        ("above", over, _("the row lies above the line")),
        ("below", ~over & (actual < predicted), _("the row lies below it")),
    ]
    marks = [
        segments(x[part], predicted[part], actual[part], role, name=said) for role, part, said in sides if part.any()
    ]
    order = np.argsort(x, kind="stable")
    given = (
        line(x[order], predicted[order], "fit", name=_("the given line"))
        if alone
        else dots(x, predicted, "fit", name=_("prediction"))
    )
    marks += [given, dots(x, actual, name=_("rows"))]
    label = name_of(names[0]) if alone else _("row")
    panel = Panel(
        x=around(label, x),
        y=around(name_of(found.target), actual, predicted),
        marks=tuple(marks),
        heading=_("cost {cost}", cost=number(found.cost, 6)),
    )
    return Scene(
        kind="cost of a line",
        title=name_of(found.line if "=" in found.line else f"{found.target} = {found.line}", 60),
        description=_("The mean of the squared errors is {cost}; rows: {n}.", cost=number(found.cost, 6), n=found.n),
        panels=(panel,),
        note=_("the first {count} rows", count=count) if count < found.n else "",
        table=columns({}, {label: x.tolist()}, {_("actual"): actual.tolist(), _("predicted"): predicted.tolist()}),
    )


def of_prediction(found: Prediction) -> Scene | None:
    """Each row's prediction, with its interval where there is one."""
    count = min(len(found.value), MOST_ROWS)
    value, low, high = (one[:count] for one in (found.value, found.low, found.high))
    if not np.isfinite(value).any():
        return None
    rows, marks = np.arange(1.0, count + 1), []
    if found.level:
        marks.append(segments(rows, low, high, "value", name=_("{level} interval", level=percent_text(found.level))))
    marks.append(dots(rows, value, "value", name=_("prediction")))
    ends = [number(one) for one in (np.nanmin(value), np.nanmax(value))]
    panel = Panel(x=around(_("row"), rows), y=around(_("prediction"), value, low, high), marks=tuple(marks), aspect=0.5)
    return Scene(
        kind="predictions",
        title=_("Predictions"),
        description=_("From {low} to {high}; rows: {n}.", low=ends[0], high=ends[1], n=len(found.value)),
        panels=(panel,),
        note=_("the first {count} rows", count=count) if count < len(found.value) else "",
        table={
            _("row"): rows.tolist(),
            _("prediction"): value.tolist(),
            _("low"): low.tolist(),
            _("high"): high.tolist(),
        },
    )
