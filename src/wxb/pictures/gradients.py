"""What zero_grad() is for: backward() only adds. The gradient of one weight after 1, 2, … 21 calls, and what step() makes of it.

    with zero_grad()       grad = g               θ ← θ − lr·g(θ)
    without                grad = g + g + … + g    θ ← θ − lr·Σ g of all steps so far

Both from the start of the run, at its rate. Without it the steps do not end: the sum pushes past the minimum, swings out and back.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wxb._typing import Matrix
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.learning_rates import rates_of
from wxb.marks.axis import Axis, around, counting
from wxb.marks.mark import bars, dots, line, rule, words
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number, readable, round_down
from wxb.passes.binned import Shown
from wxb.pictures.options import Options
from wxb.pictures.run import place_of, start_of, steepest, steps_of, symbol

CALLS, EPOCHS, MOST = 21, 60, 2000
FAR = 1e3  # times the distance of the start, that steps are followed to
BESIDE = 2.4  # calls, by which a number stands to the left of its bar, over those that are shorter


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    bowl, place = model.bowl, _place(model, options)
    lr, epochs = _rate(model, options), min(options.within or EPOCHS, MOST)
    first = float(bowl.gradient(start_of(model))[place])
    with_zero, without = (_descended(model, lr, epochs, emptied=emptied) for emptied in (True, False))
    with np.errstate(over="ignore", invalid="ignore"):
        costs = np.nan_to_num(bowl.cost(without), nan=np.inf)
    rising = costs[1:] > costs[:-1]
    rises = int(np.argmax(rising)) + 1 if rising.any() else None
    name = symbol(bowl, place)
    said = _("Without zero_grad() the gradient of {weight} is {one}, {two}, … {last} after {calls} calls of backward(); "
        "with it {one} each time.", weight=name, one=number(first), two=number(2 * first), last=number(CALLS * first),
        calls=CALLS)  # fmt: skip
    later = "" if rises is None else _("Without it the cost rises at step {n} for the first time.", n=rises)
    return Scene(
        kind="gradients",
        title=_("What zero_grad() is for: {weight}", weight=name),
        description=" ".join(one for one in (said, later) if one),
        panels=(_beaker(name, first), _steps(model, place, lr, with_zero, without, later)),
        table=_table(place, with_zero, without, bowl.names[place]),
    )


def _place(model: Fitted, options: Options) -> int:
    return steepest(model.bowl) if options.term is None else place_of(model.bowl, options.term)


def _rate(model: Fitted, options: Options) -> float:
    if options.rates:
        return options.rates[0]
    path, steps = model.trajectory, steps_of(model)
    if path is not None and steps.full and not steps.scaled and not model.diverged:
        return float(path.lr[0])
    return round_down(0.3 * rates_of(model.bowl).best, 1)


def _descended(model: Fitted, lr: float, epochs: int, *, emptied: bool) -> Matrix:
    """(epochs + 1, q) plain steps from the start, with grad emptied before each or not."""
    theta, grad = start_of(model), np.zeros(len(model.layout))
    found = [theta]
    with np.errstate(over="ignore", invalid="ignore"):
        for __ in range(epochs):
            grad = model.bowl.gradient(theta) if emptied else grad + model.bowl.gradient(theta)
            theta = theta - lr * grad
            found.append(theta)
    return np.array(found)


def _beaker(name: str, first: float) -> Panel:
    calls = np.arange(1, CALLS + 1, dtype=np.float64)
    top = CALLS * first
    heights = around(_("grad of {weight}", weight=name), [0.0, 1.12 * top], margin=0.02)
    marks: list[Any] = [
        bars(calls - 0.42, calls, 0.0, calls * first, "gradient", name=_("without zero_grad()")),
        bars(calls, calls + 0.42, 0.0, np.full(CALLS, first), "third", name=_("with zero_grad()")),
    ]
    marks += [words(k - BESIDE, k * first + 0.01 * top, number(k * first), "gradient") for k in (5, 10, 15, CALLS)]
    return Panel(
        x=Axis(
            label=_("calls of backward()"),
            low=0.2,
            high=CALLS + 0.8,
            ticks=tuple((k, f"{k}") for k in (1, 5, 10, 15, 21)),
        ),
        y=heights,
        marks=tuple(marks),
        heading=_("backward() adds, and empties nothing"),
        subheading=_(
            "{one}, {two}, … {last} where {one} is meant", one=number(first), two=number(2 * first), last=number(top)
        ),
    )


def _steps(model: Fitted, place: int, lr: float, with_zero: Matrix, without: Matrix, later: str) -> Panel:
    epochs = np.arange(len(with_zero), dtype=np.float64)
    name, best = symbol(model.bowl, place), float(model.bowl.minimum[place])
    seen = without[:, place]
    away = np.abs(with_zero[:, place] - best)
    reach = max(4 * away[0], 2.5 * float(away.max(initial=0.0, where=away <= FAR * away[0])), 1e-300)
    near = seen[np.abs(seen - best) <= reach]
    return Panel(
        x=counting(_("steps"), epochs, margin=0.02),
        y=around(name, with_zero[:, place][np.abs(with_zero[:, place] - best) <= reach], near, [best]),
        marks=(
            rule(y=best, role="minimum", text=_("minimum {value}", value=number(best))),
            line(epochs, without[:, place], "gradient", name=_("without zero_grad()")),
            line(epochs, with_zero[:, place], "third", name=_("with zero_grad()")),
            dots(0.0, with_zero[0, place], "start", text=_("start")),
        ),
        heading=_("step() goes along what has added up"),
        subheading=_("learning rate {lr}", lr=readable(lr)),
        closing=later,
    )


def _table(place: int, with_zero: Matrix, without: Matrix, name: str) -> dict[str, list[Any]]:
    return {
        "steps": list(range(len(with_zero))),
        _("{name} with zero_grad()", name=name): with_zero[:, place].tolist(),
        _("{name} without", name=name): without[:, place].tolist(),
    }
