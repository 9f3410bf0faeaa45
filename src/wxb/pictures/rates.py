"""Three rates side by side, from one start and on the same axes: too small, good, too large; each judged by where it ends.

The rate of the run that was made takes the place of the one that it is like. Epochs: those of the run, those asked for, or as
many as the good rate takes.
"""

from __future__ import annotations

import math

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.learning_rates import VerdictKind
from wxb.marks.axis import Axis
from wxb.marks.scene import Panel, Scene
from wxb.numbers import counted, readable, round_down
from wxb.passes.binned import Shown
from wxb.pictures.options import Options
from wxb.pictures.parabola import parabola
from wxb.pictures.path import slice_of
from wxb.pictures.run import Run, rates_on, steps_of, tried
from wxb.pictures.words import name_of

FEWEST, MOST = 20, 2000


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    lrs, epochs = chosen(model, options)
    runs = [tried(model, lr, epochs) for lr in lrs]
    if len(model.layout) == 1:
        panels, plane = _on_parabolas(runs), ""
    else:
        seen = slice_of(_framing(runs), options.term)
        rings, plane = seen.rings(), seen.plane.note
        panels = [_panel(run, seen.x, seen.y, (*rings, *seen.steps(run), seen.minimum()), aspect=0.9) for run in runs]
    limit = readable(round_down(_limit(model), 5), 5)
    note = _(
        "same start, same axes; rates from {limit} on diverge; {epochs} at most", limit=limit, epochs=counted(epochs)
    )
    sentences = [f"{run.rate_text}: {run.came_text}; {run.end_text}." for run in runs]
    table = {
        "lr": lrs,
        "epochs": [run.made for run in runs],
        "cost": [float(run.path.final_cost) for run in runs],
        "what happens": [run.came_text for run in runs],
    }
    return Scene(
        kind="rates",
        title=_("Learning rates side by side: {target}", target=name_of(model.target)),
        description=" ".join(sentences),
        panels=tuple(panels),
        note=" · ".join(one for one in (note, plane, runs[0].note if not runs[0].diverges else "") if one),
        table=table,
    )


def _panel(run: Run, x: Axis, y: Axis, marks: tuple, **more) -> Panel:
    said = {"heading": run.came_text, "subheading": run.rate_text, "closing": run.end_text}
    return Panel(x=x, y=y, marks=marks, **said, **more)


def _framing(runs: list[Run]) -> list[Run]:
    """Those that decide what is seen: the ones that stay."""
    return [run for run in runs if not run.diverges] or runs


def _on_parabolas(runs: list[Run]) -> list[Panel]:
    drawn = {id(run): parabola(run, 0) for run in runs}
    x, y, __ = drawn[id(max(_framing(runs), key=lambda run: drawn[id(run)][0].high - drawn[id(run)][0].low))]
    return [_panel(run, x, y, tuple(parabola(run, 0, x)[2])) for run in runs]


def chosen(model: Fitted, options: Options) -> tuple[list[float], int]:
    """The rates, in ascending order, and the epochs."""
    steps = steps_of(model)
    rates = rates_on(model.bowl, steps)
    momentum, nesterov = steps.momentum, steps.nesterov
    limit, best = rates.limit(momentum, nesterov), rates.best_for(momentum, nesterov)
    path = model.trajectory
    good = round_down(0.95 * best, 2)
    epochs = options.within or (path.outcome.epochs if path is not None and not model.diverged else None)
    if epochs is None:
        arrival = rates.epochs(good, 0.01, momentum, nesterov)
        epochs = math.ceil(min(max(1.25 * arrival, FEWEST), MOST))
    if options.rates:
        return sorted(options.rates), epochs
    small = min(limit / 60, 0.5 / (float(rates.eigenvalues[-1]) * epochs))
    three = [round_down(max(small, limit / 3000), 1), good, max(round_down(1.04 * limit, 3), 1.01 * limit)]
    if path is None or not steps.full or path.lr[0] != path.lr[-1]:
        return three, epochs
    own = float(path.lr[0])
    kind = rates.verdict(own, momentum, nesterov, epochs=epochs).kind
    place = 2 if kind in (VerdictKind.DIVERGING, VerdictKind.CRITICAL) else 0 if kind is VerdictKind.TOO_SMALL else 1
    three[place] = own
    return sorted(three), epochs


def _limit(model: Fitted) -> float:
    steps = steps_of(model)
    return rates_on(model.bowl, steps).limit(steps.momentum, steps.nesterov)
