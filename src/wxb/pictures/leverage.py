"""Which rows pull the line: how far out each lies (leverage), how far it is off, and both together (Cook's distance).

Cook's distance D = r² h / (k (1 − h))        a contour: r = ±√(D k (1 − h) / h)
"""

from __future__ import annotations

import numpy as np

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.marks.axis import Axis, around
from wxb.marks.mark import Mark, dots, line, rule
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number
from wxb.passes.binned import Pair, Shown
from wxb.pictures.options import Options
from wxb.pictures.points import cloud_marks, cloud_table, ends, rows_text
from wxb.pictures.seen import Wanted
from wxb.pictures.words import equation, is_exact, name_of

NAMED = 4  # rows
COOK = (0.5, 1.0)


def wants(model: Fitted, options: Options) -> Wanted:
    return Wanted(pairs={"leverage": Pair("leverage", "internal")}, largest={"cook": NAMED})


def scene(model: Fitted, shown: Shown, options: Options) -> Scene:
    cloud, k = shown.clouds["leverage"], model.n - model.solution.freedom  # with levels that are absorbed
    x = around(_("leverage"), [0.0], ends(cloud, 0))
    x = Axis(label=x.label, low=0.0, high=min(max(x.high, 1e-12), 1.0))
    reach = np.abs(ends(cloud, 1)).max(initial=1.0)
    up = around(_("standardised error"), [-reach, reach])
    largest = [(row, shown.beside[row]) for row in shown.largest["cook"].numbers.tolist()]
    named = [(row, one) for row, one in largest if one["cook"] > 0]
    exact = is_exact(model)
    contours = [] if exact else _contours(k, x, up)
    marks: list[Mark] = [rule(y=0.0, role="quiet"), *contours, *cloud_marks(cloud)]
    marks += [dots([one["leverage"]], [one["internal"]], "own", text=_("row {row}", row=row + 1)) for row, one in named]
    mean = k / max(cloud.n, 1)
    marks.append(rule(x=mean, role="mean", name=_("mean leverage")))
    said = _("every error is 0: no row pulls the line") if exact else _most(named)
    panel = Panel(x=x, y=up, marks=tuple(marks), heading=equation(model), subheading=said, closing=rows_text(cloud))
    table = cloud_table(cloud, "leverage", "standardised error")
    return Scene(
        kind="leverage",
        title=_("Rows that pull the line of {target}", target=name_of(model.target)),
        description=_("{rows}, mean leverage {mean}; {what}.", rows=rows_text(cloud), mean=number(mean, 3), what=said),
        panels=(panel,),
        note=_("named: the rows with the largest distance of Cook") if named else "",
        table=table,
    )


def _most(named: list) -> str:
    if not named:
        return _("no row pulls the line")
    row, one = named[0]
    cook = number(one["cook"], 3)
    if one["cook"] >= COOK[0]:
        return _("row {row} pulls the line: Cook's distance {cook}", row=row + 1, cook=cook)
    return _("no row pulls the line by itself: Cook's distance at most {cook}", cook=cook)


def _contours(k: int, x: Axis, up: Axis) -> list[Mark]:
    """Where Cook's distance is one half, and one, as far as the picture shows it."""
    found = []
    h = np.linspace(x.high / 400, x.high, 200)
    for level in COOK:
        r = np.sqrt(np.maximum(level * k * (1 - h) / h, 0.0))
        inside = r <= up.high
        if inside.any():
            at = h[inside]
            above, label = (
                level == COOK[0],
                _("Cook {level}", level=f"{level:g}"),
            )  # one label above, one below: far apart
            for sign, text in ((1.0, label if above else ""), (-1.0, "" if above else label)):
                found.append(line(at, sign * r[inside], "contour", text=text, name=_("Cook's distance")))
    return found
