"""A descent that can be wound back: its line, its cost and its path at the epoch that a slider says.

Where each moving mark stands at each epoch is worked out here, as paths of SVG; the script only puts one in another's place.
Without it the pictures show the last epoch. Of many epochs some two hundred are kept, closer together at the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.errors import WxbError
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.marks.geometry import Frame
from wxb.marks.scene import Scene
from wxb.marks.sheet import arranged
from wxb.marks.svg import svg
from wxb.numbers import number
from wxb.page.parts import figure, grid, text
from wxb.page.style import PICTURE
from wxb.pictures import epochs, path
from wxb.pictures.options import Options
from wxb.pictures.run import Run, run_of
from wxb.printable import json_text, one_line

MOST_STEPS = 240
SCRIPT = (
    "(()=>{const run=document.getElementById('wxb-run'),steps=JSON.parse(run.dataset.steps),"
    "slider=run.querySelector('input'),said=run.querySelector('output'),moving=[...run.querySelectorAll('[data-moves]')];"
    "const show=()=>{const step=steps[+slider.value];said.textContent=step[0];slider.setAttribute('aria-valuetext',step[0]);"
    "moving.forEach(one=>one.setAttribute('d',step[+one.dataset.moves]))};"
    "slider.addEventListener('input',show);run.querySelector('.wxb-control').hidden=false;show()})()"
)


@dataclass(frozen=True, slots=True, eq=False)
class Moving:
    """A picture with a mark that moves. paths : of it, by step        kind : "line" or "dot" """

    scene: Scene
    kind: str
    paths: list[str]

    def html(self, place: int) -> str:
        """The picture at the last step. place : of its paths in a step"""
        picture = svg(self.scene, width=PICTURE)
        key = picture.split(' id="', 1)[1].split('"', 1)[0]
        mark = f'<path class="wxb-moving wxb-moving-{self.kind}" data-moves="{place}" d="{self.paths[-1]}"/>'
        cut = f' clip-path="url(#{key}-0)"' if self.kind == "line" else ""
        return figure(picture.replace("</svg>", f"<g{cut}>{mark}</g></svg>"), self.scene.description)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Where the run was: track (k, q), cost (k,), after so many epochs (k,)."""

    run: Run
    track: Matrix
    cost: Vector
    epochs: Integers


def run(model: Fitted, line: Scene | None) -> str:
    """The pictures with their slider; "" of a run without one epoch. line : the picture of the line, where it can move"""
    if model.trajectory is None or not len(model.trajectory):
        return ""
    made = run_of(model)
    steps = _steps(len(model.trajectory))
    cost = made.bowl.floor + np.maximum(made.excess, 0)
    points = Points(made, made.track[steps], cost[steps], made.epochs[steps])
    shown = [one for one in (_line(model, line, points.track), _cost(model, points), _path(model, points)) if one]
    said = [_said(model, *one) for one in zip(points.epochs.tolist(), points.track, points.cost.tolist())]
    return _html(shown, said)


def _html(shown: list[Moving], said: list[str]) -> str:
    steps = [list(step) for step in zip(said, *(one.paths for one in shown))]
    last = len(steps) - 1
    pictures = grid(*(one.html(place) for place, one in enumerate(shown, 1)))
    return f"""<div id="wxb-run" data-steps="{escape(json_text(steps))}">
<div class="wxb-control" hidden><label for="wxb-epoch">{text(_("epoch"))}</label>
<input id="wxb-epoch" type="range" min="0" max="{last}" value="{last}"></div>
<output for="wxb-epoch">{text(said[-1])}</output>
{pictures}
</div>"""


def _steps(kept: int) -> Integers:
    """Places among the start and the kept epochs."""
    if kept <= MOST_STEPS:
        return np.arange(kept + 1)
    close = np.geomspace(1, kept, MOST_STEPS // 2).round().astype(np.int64)
    even = np.linspace(0, kept, MOST_STEPS // 2).round().astype(np.int64)
    return np.union1d(close, even)


def _said(model: Fitted, epoch: int, theta: np.ndarray, cost: float) -> str:
    weights, b = model.layout.split(theta)
    told = [f"{term} {number(w)}" for term, w in zip(model.terms[:4], weights.tolist())]
    told += [*(["…"] if len(model.terms) > 4 else []), *([f"b {number(float(b))}"] if model.layout.intercept else [])]
    after = _n("after {n} epoch", "after {n} epochs", epoch)
    coefficients = one_line(", ".join(told))
    return _("{after}: {coefficients}; cost {cost}", after=after, coefficients=coefficients, cost=number(cost, 6))


def _line(model: Fitted, line: Scene | None, track: Matrix) -> Moving | None:
    if line is None or len(model.terms) != 1 or not model.design.is_plain:
        return None
    axis = line.panels[0].x
    ends = np.array([axis.low, axis.high])
    weights = track[:, model.layout.offset]
    b = track[:, 0] if model.layout.intercept else np.zeros(len(track))
    points = np.stack([np.tile(ends, (len(track), 1)), weights[:, None] * ends + b[:, None]], axis=-1)
    places = _frame(line).place(points.reshape(-1, 2), edges=True).reshape(-1, 4)
    return Moving(line, "line", [_joined("M{} {}L{} {}", row) for row in places.tolist()])


def _cost(model: Fitted, points: Points) -> Moving:
    scene = epochs.scene(model, None, Options())
    across = points.epochs.astype(np.float64)
    if scene.panels[0].x.log:
        across = np.maximum(across, 1.0)
    return _dots(scene, np.column_stack([across, points.cost]))


def _path(model: Fitted, points: Points) -> Moving | None:
    try:
        scene = path.scene(model, None, Options())
    except WxbError:  # numbers beyond what can be drawn
        return None
    if points.track.shape[1] == 1:
        return _dots(scene, np.column_stack([points.track[:, 0], points.cost]))
    return _dots(scene, path.slice_of([points.run], None).on(points.track))


def _dots(scene: Scene, points: Matrix) -> Moving:
    frame = _frame(scene)
    places = frame.place(points, edges=True)
    places[~frame.inside(places)] = np.nan
    return Moving(scene, "dot", [_joined("M{} {}h0", row) for row in places.tolist()])


def _frame(scene: Scene) -> Frame:
    return arranged(scene, PICTURE).places[0].frame


def _joined(form: str, numbers: list[float]) -> str:
    """A path, "" where a number is none."""
    return form.format(*(f"{one:.1f}" for one in numbers)) if np.isfinite(numbers).all() else ""
