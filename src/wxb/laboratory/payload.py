"""What a page is given of a line, as JSON has it: moments travel, rows need not.

    schema      "wxb.lab/1"        lang, version
    names       {x, y}, of the columns
    moments     {n, origin: [x, y], x, y, xx, xy, yy}: sums about the origin, each a pair of doubles [high, low], rounded once
    rows        [[x, y], …] while they are at most 2000, else null
    cells       {x, y, size, weight, n} of more rows: how full each cell is, as it is drawn; no cell where moments alone are
                known; null where there are rows
    span        {x: [low, high], y: [low, high]} of the rows, or about where they are where only moments are known
    path        {start: {W, b}, lr, epochs, momentum, only, at}: with what the page opens; at is where it predicts
    source      {file, options} as `wxb.fit` takes them; file null where the data are no single file
    presets     [{key, names: {en: {x, y}, ko: {x, y}}, rows}, …]
    preset      only where the rows are those of a preset: its key

The moments say everything of a line, its cost and its descent, for any number of rows. A page holds no row that it does not
draw. Lines are refused of which the page could not be right: of several terms, of computed ones, with weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor, inf, isfinite, log10, sqrt
from pathlib import Path as File
from typing import Any

import numpy as np

from wxb._version import __version__
from wxb.errors import NumericalError, UsageError
from wxb.fitted import Fitted
from wxb.i18n import _, language
from wxb.laboratory.path import Path
from wxb.laboratory.presets import presets
from wxb.moments import Moments
from wxb.passes.binned import Cloud
from wxb.printable import show

SCHEMA = "wxb.lab/1"
MOST_CELLS = 2000
LEAST, MOST = 1e-280, 1e280  # what squares may be: beyond, products leave the range of a double
Ends = list[float]


def payload_of(model: Fitted, cloud: Cloud | None, path: Path, source: Mapping[str, Any]) -> dict[str, Any]:
    """cloud : the rows as they were seen, None where there are none        source : file and options"""
    refuse_unfit(model)
    span = _span(model, cloud)
    return {
        "schema": SCHEMA,
        "version": __version__,
        "lang": language(),
        "names": {"x": model.design.terms[0].column, "y": model.design.target.column},
        "moments": moments_of(model.moments),
        "rows": rows_of(cloud),
        "cells": cells_of(model, cloud),
        "span": span,
        "path": {**path.to_json(), "at": _beyond(*span["x"])},
        "source": {"file": source.get("file"), "options": dict(source.get("options", {}))},
        "presets": presets(),
    }


def refuse_unfit(model: Fitted) -> None:
    """UsageError for a line that no page can be right about."""
    model.estimate.refuse_unless_least_squares(_("the page"))
    model.estimate.refuse_absorbed(_("the page"))
    fit_one = _("fit one column of numbers, named by `features=`")
    computed = _computed(model)
    if computed:
        what = _("the page is of columns as they stand, and {name} of this line is computed", name=show(computed))
        raise UsageError(what, fit_one)
    if len(model.terms) != 1:
        what = _("the page is of one column, and this line has {count}", count=len(model.terms))
        raise UsageError(what, fit_one)
    if model.moments.weighted:
        what = _("on the page each row counts once, and this line was fitted with weights")
        raise UsageError(what, _("fit it without weights"))
    if any(kind.is_time for kind in model.design.kinds or ()):
        what = _("an axis of the page counts numbers, and {columns} holds times", columns=_times(model))
        raise UsageError(what, _("write a column of numbers, as days since the first"))


def _computed(model: Fitted) -> str:
    """The first of the terms and the target that is no column of numbers as it stands; "" of none."""
    design = model.design
    made = [(term.name, term.made) for term in design.terms] + [(design.target.name, design.target)]
    made += [] if design.offset is None else [(design.offset.name, None)]
    return next((name for name, one in made if one is None or one.tree is not None), "")


def _times(model: Fitted) -> str:
    names = (*model.terms, model.target)
    return ", ".join(show(name) for name, kind in zip(names, model.design.kinds or ()) if kind.is_time)


def moments_of(moments: Moments) -> dict[str, Any]:
    """Σ (x − o)^i (y − p)^j about rounded means (o, p), exact and then rounded once, to a pair of doubles."""
    n = moments.exact(0, 0)
    x, y = moments.exact(0, 1), moments.exact(0, 2)
    xx, xy, yy = (moments.exact(*place) for place in ((1, 1), (1, 2), (2, 2)))
    origin = [float(x / n), float(y / n)]
    o, p = map(Fraction, origin)
    sums = {
        "x": x - n * o,
        "y": y - n * p,
        "xx": xx - 2 * o * x + n * o * o,
        "xy": xy - o * y - p * x + n * o * p,
        "yy": yy - 2 * p * y + n * p * p,
    }
    if any(value and not LEAST < value < MOST for value in map(abs, (xx, yy, sums["xx"], sums["yy"]))):
        raise NumericalError(
            _("the squares of these numbers, or of their distances, leave the range of what a page computes with"),
            _("give the columns in other units, so that they are nearer to 1"),
        )
    return {"n": int(n), "origin": origin} | {name: pair(value) for name, value in sums.items()}


def pair(value: Fraction) -> list[float]:
    """Two doubles whose sum is the value to 106 bits: the nearest one, and the nearest of what is left."""
    high = float(value)
    return [high, float(value - Fraction(high))]


def rows_of(cloud: Cloud | None) -> list[Ends] | None:
    """The points, in the order of the source, while they are few."""
    return None if cloud is None or cloud.cells is not None else np.column_stack([cloud.x, cloud.y]).tolist()


def cells_of(model: Fitted, cloud: Cloud | None) -> dict[str, Any] | None:
    """Centres of the cells that hold rows, their size, and how full they are drawn, as pictures have it; None of few rows."""
    if cloud is None:
        return {"x": [], "y": [], "size": [0.0, 0.0], "weight": [], "n": model.n}
    if cloud.cells is None:
        return None
    centres, counts, size = cloud.cells.filled(MOST_CELLS)
    weight = (1 + np.log(counts)) / (1 + np.log(counts.max()))
    return {
        "x": centres[:, 0].tolist(),
        "y": centres[:, 1].tolist(),
        "size": [*size],
        "weight": np.round(weight, 4).tolist(),
        "n": cloud.n,
    }


def _span(model: Fitted, cloud: Cloud | None) -> dict[str, Ends]:
    """Of the rows; without them that of x, which a model may know, and two standard deviations about a mean."""
    if cloud is not None and cloud.n:
        return {"x": [cloud.low[0], cloud.high[0]], "y": [cloud.low[1], cloud.high[1]]}
    spans = {name: _about(model.moments, place) for place, name in ((1, "x"), (2, "y"))}
    known = (model.ranges or ((-inf, inf),))[0]
    return spans | ({"x": [*known]} if all(map(isfinite, known)) else {})


def _about(moments: Moments, place: int) -> Ends:
    n = moments.exact(0, 0)
    mean = moments.exact(0, place) / n
    spread = 2 * sqrt(float(moments.exact(place, place) / n - mean * mean))
    return [float(mean) - spread, float(mean) + spread]


def _beyond(low: float, high: float) -> float:
    """A round place to predict at, a third of the span above it: of 1 to 3 it is 4, rounded up."""
    width = high - low
    if not 0 < width < inf:
        return high
    unit = 10.0 ** floor(log10(width / 2))
    return float(f"{unit * -floor(-(high + width / 3) / unit):.12g}")


def source_of(data: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Where the rows are to be had again, where that is one file: its name, and not the folders of who made the page."""
    is_file = isinstance(data, str | File) and data != "-"
    return {"file": File(data).name if is_file else None, "options": dict(options)}
