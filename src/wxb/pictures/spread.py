"""Errors against predictions: whether the line leaves a bend (`fitted`), whether the errors spread evenly (`scale`)."""

from __future__ import annotations

import numpy as np

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.marks.axis import Axis, around
from wxb.marks.mark import rule
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number
from wxb.passes.binned import Cloud, Pair, Shown
from wxb.pictures.along import kind_of_target, timed
from wxb.pictures.options import Options
from wxb.pictures.points import cloud_table, ends, row_marks, rows_text
from wxb.pictures.seen import Wanted
from wxb.pictures.smooth import DIGITS, smooth, smooth_marks, unit_of
from wxb.pictures.words import equation, is_exact, name_of, warned

NORMAL = 0.8222  # the mean of √|z|


def wants_fitted(model: Fitted, options: Options) -> Wanted:
    return Wanted(pairs={"fitted": Pair("fitted", "residual", "residual", unit_of(model))})


def wants_scale(model: Fitted, options: Options) -> Wanted:
    return Wanted(pairs={"scale": Pair("fitted", "size", "size", -DIGITS)})


def fitted(model: Fitted, shown: Shown, options: Options) -> Scene:
    cloud = shown.clouds["fitted"]
    target = name_of(model.target)
    exact = is_exact(model)
    if exact:
        said = _("every error is 0: the line passes through all rows")
    else:
        said = _("a line without a bend leaves errors about 0 everywhere")
    reach = max(map(abs, ends(cloud, 1).tolist()), default=1.0)
    up = around(_("error of {target}", target=target), [-reach, reach])
    marks = (
        rule(y=0.0, role="fit", name=_("no error")),
        *row_marks(shown, "fitted"),
        *smooth_marks(cloud, _("mean error")),
    )
    return _scene("fitted", _("Errors of {target} against predictions", target=target), model, cloud, up, marks, said)


def scale(model: Fitted, shown: Shown, options: Options) -> Scene:
    cloud = shown.clouds["scale"]
    target = name_of(model.target)
    if is_exact(model):
        said = _("every error is 0: the line passes through all rows")
    else:
        said = _("errors that spread evenly leave a level line")
    up = around(_("√|standardised error|"), [0.0], [1.0] if is_exact(model) else ends(cloud, 1))
    level = rule(y=NORMAL, role="fit", name=_("mean of normal errors"))
    marks = (*([] if is_exact(model) else [level]), *row_marks(shown, "scale"), *smooth_marks(cloud, _("mean")))
    return _scene("scale", _("How far errors of {target} spread", target=target), model, cloud, up, marks, said)


def _scene(kind: str, title: str, model: Fitted, cloud: Cloud, up: Axis, marks: tuple, said: str) -> Scene:
    x = timed(around(_("predicted {target}", target=name_of(model.target)), ends(cloud, 0)), kind_of_target(model))
    sentences = [f"{rows_text(cloud)}: {said}."]
    if len(found := smooth(cloud)) and not is_exact(model):
        low, high = found[np.argmin(found[:, 1])], found[np.argmax(found[:, 1])]
        sentences.append(
            _(
                "Their mean is lowest, {low}, where {low_at} is predicted, and highest, {high}, at {high_at}.",
                low=number(low[1], 3), low_at=number(low[0], 3), high=number(high[1], 3), high_at=number(high[0], 3),
            )
        )  # fmt: skip
    panel = Panel(x=x, y=up, marks=marks, heading=equation(model), subheading=said, closing=rows_text(cloud))
    return Scene(
        kind=kind,
        title=title,
        description=" ".join(sentences),
        panels=(panel,),
        note=warned(model),
        table=cloud_table(cloud, "predicted", "error" if kind == "fitted" else "√|r|"),
    )
