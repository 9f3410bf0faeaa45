"""Scenes of a descent, its path over the contours of the cost or on its parabola, and the cost by epoch; of a line through points.

Contours of squared error are ellipses and are drawn as such, exactly, from the Hessian: no grid, no data. With more than two
coefficients the picture is the slice through the minimum along two of them, and the path is projected onto it.

>>> save_scene(path_scene(bowl, three_rates(bowl)), "descent.svg").name
'descent.svg'
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.bowl import Bowl
from wxb.descent import descend
from wxb.errors import UsageError
from wxb.i18n import N_, _, _n
from wxb.layout import Layout
from wxb.learning_rates import VerdictKind, rates_of
from wxb.marks.axis import Axis, around
from wxb.marks.mark import Mark, dots, ellipse, line
from wxb.marks.scene import Panel, Scene
from wxb.numbers import readable, round_down
from wxb.trajectory import OutcomeKind, Trajectory
from wxb.writing import write_atomically

__all__ = ["cost_scene", "curve_scene", "line_scene", "path_scene", "save_scene", "three_rates"]

RINGS = 14
KINDS = {
    VerdictKind.TOO_SMALL: N_("too small"),
    VerdictKind.GOOD: N_("good"),
    VerdictKind.SLOW: N_("slow"),
    VerdictKind.ZIGZAG: N_("zigzag"),
    VerdictKind.CRITICAL: N_("critical"),
    VerdictKind.DIVERGING: N_("too large"),
}


def three_rates(bowl: Bowl, epochs: int = 60, start: Vector | None = None) -> tuple[Trajectory, Trajectory, Trajectory]:
    """The notebook's three pictures: a rate that is too small, a good one, and one that is too large."""
    rates = rates_of(bowl)
    small, good, large = rates.max / 60, min(0.9 * rates.best, 0.45 * rates.max), 1.04 * rates.max
    paths = [descend(bowl, lr=round_down(lr, 3), epochs=epochs, start=start) for lr in (small, good)]
    return paths[0], paths[1], descend(bowl, lr=max(round_down(large, 3), 1.01 * rates.max), epochs=epochs, start=start)


def path_scene(
    bowl: Bowl, paths: Sequence[Trajectory], *, terms: tuple[str, str] | None = None, title: str = ""
) -> Scene:
    """One panel per path over the contours of the cost; of one coefficient, its parabola.

    terms : the two coefficients to show, by default the first feature and the intercept (or the first two features)
    """
    _check(bowl, paths)
    if len(bowl.names) == 1 and terms is None:
        return curve_scene(bowl, paths, title=title)
    first, second = _shown(bowl, terms)
    hessian, center = bowl.hessian[np.ix_([first, second], [first, second])], bowl.minimum[[first, second]]
    tracks = [_track(bowl, path)[:, [first, second]] for path in paths]
    reach = _reach(center, tracks)
    axes = [
        Axis(label=_symbol(bowl, place), low=middle - r, high=middle + r)
        for place, middle, r in zip((first, second), center, reach)
    ]
    rings = _rings(hessian, center, reach)
    panels = [_panel(bowl, path, axes, (*rings, *_steps(track, center, reach))) for path, track in zip(paths, tracks)]
    note = _("slice through the minimum, the other coefficients at their best") if len(bowl.names) > 2 else ""
    return Scene(
        kind="path",
        title=title or _title(bowl),
        description=_description(bowl, paths),
        panels=tuple(panels),
        note=note,
        table=_table(bowl, paths),
    )


def curve_scene(bowl: Bowl, paths: Sequence[Trajectory], *, title: str = "") -> Scene:
    """The notebook's parabola: the cost of the only coefficient, and the steps of each path on it."""
    _check(bowl, paths)
    best, tracks = bowl.minimum, [_track(bowl, path) for path in paths]
    reach = 1.1 * _reach(best, tracks)
    grid = np.linspace(best[0] - reach[0], best[0] + reach[0], 241)
    highest = float(bowl.cost(grid[:1, None])[0])
    axes = [
        Axis(label=_symbol(bowl, 0), low=grid[0], high=grid[-1]),
        Axis(label=_("cost"), low=bowl.floor - 0.12 * (highest - bowl.floor), high=highest),
    ]
    curve = line(grid, bowl.cost(grid[:, None]), "contour")
    panels = []
    for path, track in zip(paths, tracks):
        places = np.column_stack([track[:, 0], bowl.cost(track)])
        panels.append(_panel(bowl, path, axes, (curve, *_steps(places, np.array([best[0], bowl.floor]), reach))))
    return Scene(
        kind="path",
        title=title or _title(bowl),
        description=_description(bowl, paths),
        panels=tuple(panels),
        table=_table(bowl, paths),
    )


def cost_scene(path: Trajectory) -> Scene:
    """The cost by epoch on a logarithmic scale, with the test cost where there is one."""
    # A cost that has reached the rounding of its first value is drawn at the bottom, not followed into noise.
    positive = path.cost[path.cost > 0]
    floor = max(positive.min(), positive.max() * 1e-16) if len(positive) else 1.0
    with_test = path.test_cost is not None
    marks = [line(path.epochs, np.maximum(path.cost, floor), "path", name=_("cost") if with_test else "")]
    if path.test_cost is not None:
        marks.append(line(path.epochs, np.maximum(path.test_cost, floor), "test", name=_("test cost")))
    y = around(_("cost"), *(mark.points[:, 1] for mark in marks), log=True, margin=0.02)
    table = {"epoch": path.epochs.tolist(), "cost": path.cost.tolist()}
    if path.test_cost is not None:
        table["test_cost"] = path.test_cost.tolist()
    first, last, epochs = readable(path.cost[0]), readable(path.final_cost), path.outcome.epochs
    falls = path.final_cost <= path.cost[0]
    return Scene(
        kind="epochs",
        title=_("cost by epoch"),
        description=_("The cost falls from {first} to {last}; epochs: {n}.", first=first, last=last, n=epochs)
        if falls
        else _("The cost rises from {first} to {last}; epochs: {n}.", first=first, last=last, n=epochs),
        panels=(Panel(x=around(_("epoch"), [0, *path.epochs[-1:]], margin=0), y=y, marks=tuple(marks), aspect=0.5),),
        note="" if len(positive) else _("cost is 0 at every epoch"),
        table=table,
    )


def line_scene(x: Vector, y: Vector, *, weight: float, intercept: float, names: tuple[str, str] = ("x", "y")) -> Scene:
    """The points of one feature and the line y = weight·x + intercept through them."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise UsageError(
            _(
                "x has shape {shape} and y {shape2}; they must be two equally long columns",
                shape=x.shape,
                shape2=y.shape,
            ),
            _("give two columns of one length"),
        )
    across = around(names[0], x)
    ends = np.array([across.low, across.high])
    sign = "+" if intercept >= 0 else "−"
    equation = f"{names[1]} = {readable(weight)} · {names[0]} {sign} {readable(abs(intercept))}"
    return Scene(
        kind="line",
        title=equation,
        description=_("The line {equation}; rows: {n}.", equation=equation, n=len(x)),
        panels=(
            Panel(
                x=across, y=around(names[1], y), marks=(line(ends, weight * ends + intercept), dots(x, y)), aspect=0.6
            ),
        ),
        table={names[0]: x.tolist(), names[1]: y.tolist()},
    )


def save_scene(scene: Scene, path: str | Path) -> Path:
    """Write the picture as .svg, .png or .pdf, by the ending of the name."""
    target = Path(path)
    ending = target.suffix.lower()
    if ending == ".svg":
        from wxb.marks.svg import svg

        write_atomically(target, svg(scene))
    elif ending in (".png", ".pdf"):
        from wxb.marks import raster

        write_atomically(target, raster.png(scene) if ending == ".png" else raster.pdf(scene))
    else:
        raise UsageError(
            _("a picture ends in .svg, .png or .pdf, not {ending}", ending=repr(target.suffix)), _("end its name so")
        )
    return target


def _check(bowl: Bowl, paths: Sequence[Trajectory]) -> None:
    if not paths:
        raise UsageError(_("there is no path to draw"), _("give at least one trajectory"))
    for path in paths:
        if Layout(path.terms, path.intercept) != bowl.layout:
            raise UsageError(
                _("the path has the terms {path} and the bowl {bowl}", path=path.terms, bowl=bowl.layout.terms),
                _("give a path of that bowl"),
            )


def _shown(bowl: Bowl, terms: tuple[str, str] | None) -> tuple[int, int]:
    if len(bowl.names) < 2:
        raise UsageError(_("contours need two coefficients, and there is one"), _("draw its parabola"))
    if terms is None:
        return (1, 0) if bowl.layout.intercept else (0, 1)
    places = bowl.layout.position(terms[0]), bowl.layout.position(terms[1])
    if terms[0] == terms[1]:
        raise UsageError(_("both axes are {term}", term=repr(terms[0])), _("name two terms"))
    return places


def _symbol(bowl: Bowl, position: int) -> str:
    """b, W (hours), or the term itself among many."""
    if bowl.layout.intercept and position == 0:
        return "b"
    return f"W ({bowl.names[position]})"


def _title(bowl: Bowl) -> str:
    terms = bowl.layout.terms
    return f"H(x) = W·{terms[0]}{' + b' if bowl.layout.intercept else ''}" if len(terms) == 1 else "H(x) = W·x + b"


def _track(bowl: Bowl, path: Trajectory) -> Matrix:
    """(k + 1, q) the coefficients from the start on."""
    return bowl.layout.join(np.vstack([path.start[0], path.W]), np.append(path.start[1], path.b))


def _steps(track: Matrix, minimum: Vector, reach: Vector) -> tuple[Mark, ...]:
    """The path, a dot at each epoch, its start, and where it should arrive; nothing more once it has left the frame for good."""
    inside = np.flatnonzero((np.abs(track - minimum)[:, : len(reach)] <= reach).all(axis=1))
    track = track[: inside[-1] + 2]
    return (
        line(track[:, 0], track[:, 1], "path"),
        dots(track[:, 0], track[:, 1], "path"),
        dots(minimum[0], minimum[1], "minimum", text=_("minimum")),
        dots(track[0, 0], track[0, 1], "start", text=_("start")),
    )


def _panel(bowl: Bowl, path: Trajectory, axes: Sequence[Axis], marks: tuple[Mark, ...]) -> Panel:
    heading, subheading, closing = _captions(bowl, path)
    across, up = axes
    return Panel(x=across, y=up, marks=marks, heading=heading, subheading=subheading, closing=closing, aspect=0.9)


def _captions(bowl: Bowl, path: Trajectory) -> tuple[str, str, str]:
    """The panel's heading, the rate, and what came of it."""
    lr = float(path.lr[0])
    constant = bool(np.all(path.lr == lr))
    kind = rates_of(bowl).verdict(lr).kind if constant and not path.method and not path.notes else None
    rate = _("learning rate {lr}", lr=readable(lr)) + ("" if constant else " …")
    rate += f" · {path.method}" if path.method else ""
    epochs = path.outcome.epochs
    if path.outcome.kind is OutcomeKind.DIVERGING and path.outcome.growth is not None:
        growth = readable(path.outcome.growth)
        came = _n("{n} epoch · {growth} × per epoch", "{n} epochs · {growth} × per epoch", epochs, growth=growth)
    else:
        excess = readable(path.final_cost - bowl.floor, 2)
        came = _n(
            "{n} epoch · cost {excess} above the minimum",
            "{n} epochs · cost {excess} above the minimum",
            epochs,
            excess=excess,
        )
    return "" if kind is None else _(KINDS[kind]), rate, came


def _description(bowl: Bowl, paths: Sequence[Trajectory]) -> str:
    """For each path its rate and what came of it."""
    return " ".join(f"{rate}: {came}." for __, rate, came in (_captions(bowl, path) for path in paths))


def _table(bowl: Bowl, paths: Sequence[Trajectory]) -> dict[str, list]:
    """Every epoch of every path, the start as epoch 0."""
    tracks = [_track(bowl, path) for path in paths]
    table: dict[str, list] = {"lr": [], "epoch": []}
    for path in paths:
        table["lr"] += [float(path.lr[0])] * (len(path) + 1)
        table["epoch"] += [0, *path.epochs.tolist()]
    return table | dict(zip(bowl.names, np.vstack(tracks).T.tolist()))


def _reach(center: Vector, tracks: Sequence[Matrix]) -> Vector:
    """Room on both sides for the starts, the minimum and what a converging path covers; a diverging one runs out of it."""
    reach = np.zeros(len(center))
    for track in tracks:
        away = np.abs(track - center)
        inside = away[: max(2, int(np.argmax(away.max(axis=1) > 1.6 * away[0].max())) or len(away))]
        reach = np.maximum(reach, np.minimum(inside.max(axis=0), 1.6 * np.maximum(away[0], 0.4 * away[0].max())))
    return np.where(reach > 0, reach, np.maximum(np.abs(center), 1.0)) * 1.25


def _rings(hessian: Matrix, center: Vector, reach: Vector) -> list[Mark]:
    """Contours from the outside in, evenly spaced in distance: cost grows with the square of the ring's number."""
    corners = np.array([[x, y] for x in (-reach[0], reach[0]) for y in (-reach[1], reach[1])])
    highest = float(max(0.5 * corner @ hessian @ corner for corner in corners))
    values, vectors = np.linalg.eigh(hessian)
    values = np.maximum(values, 1e-9 * values[-1])
    return [
        ellipse(center, vectors * np.sqrt(2 * highest * (ring / RINGS) ** 2 / values), ring / RINGS)
        for ring in range(RINGS, 0, -1)
    ]
