"""Quantiles of the standardised errors beside those of the normal distribution, with the band that normal errors stay in.

point i of m:  Φ⁻¹((i − ½)/m),  the i-th smallest error        band: ± 1.96 √(p(1 − p)/n) / φ(Φ⁻¹(p)), of each point alone
"""

from __future__ import annotations

from math import pi
from statistics import NormalDist

import numpy as np

from wxb._typing import Vector
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.marks.axis import around
from wxb.marks.mark import between, dots, line
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number
from wxb.passes.binned import Pair, Shown
from wxb.pictures.options import Options
from wxb.pictures.points import rows_text
from wxb.pictures.seen import Wanted
from wxb.pictures.words import equation, is_exact, name_of

MOST = 400  # quantiles that are drawn


def wants(model: Fitted, options: Options) -> Wanted:
    return Wanted(pairs={"qq": Pair("fitted", "internal")}, ranks=("internal",))


def scene(model: Fitted, shown: Shown, options: Options) -> Scene:
    cloud = shown.clouds["qq"]
    n = max(cloud.n, 1)
    share = _shares(n)
    found = np.sort(cloud.y) if cloud.cells is None and len(cloud.y) == n else shown.ranks["internal"].at(share)
    normal = _normal(share)
    half = 1.96 * np.sqrt(share * (1 - share) / n) * np.sqrt(2 * pi) * np.exp(normal**2 / 2)
    reach = np.abs(np.concatenate([found, normal])).max(initial=1.0)
    exact = is_exact(model)
    said = _("every error is 0: the line passes through all rows") if exact else _("normal errors lie along the line")
    beside = (
        between(normal, normal - half, normal + half, "band", name=_("95 % of each point, of normal errors")),
        line([-reach, reach], [-reach, reach], "fit", name=_("normal errors")),
    )
    marks = (*(() if exact else beside), dots(normal, found, "data", name=_("rows")))
    out = int((np.abs(found - normal) > half).sum())
    outside = _("{out} of {m} points lie outside the band", out=out, m=len(found))
    far = _("the largest error is {far} times their standard deviation", far=number(np.abs(found).max(initial=0.0), 3))
    panel = Panel(
        x=around(_("quantile of the normal distribution"), normal),
        y=around(_("standardised error"), found, [] if exact else normal),
        marks=marks,
        heading=equation(model),
        subheading=said,
        closing=_("{rows}; {what}", rows=rows_text(cloud), what=far),
    )
    return Scene(
        kind="qq",
        title=_("Whether errors of {target} are normal", target=name_of(model.target)),
        description=f"{rows_text(cloud)}: {said}. {outside}; {far}.",
        panels=(panel,),
        table={"share": share.tolist(), "normal": normal.tolist(), "error": found.tolist()},
    )


def _shares(n: int) -> Vector:
    """Of all rows, or of as many as are drawn: evenly by the normal quantile, so that tails are not one point."""
    if n <= 2000:
        return (np.arange(n) + 0.5) / n
    far = NormalDist().inv_cdf(0.5 / n)
    normal = NormalDist()
    return np.array([normal.cdf(z) for z in np.linspace(far, -far, MOST).tolist()])


def _normal(share: Vector) -> Vector:
    normal = NormalDist()
    return np.array([normal.inv_cdf(one) for one in share.tolist()])
