"""The cost as a graph: values go forward, gradients come back. W and b → H → error → square → mean.

    H = W·x + b      e = H − y      cost = mean of e²          dcost/dH = 2e/n,  dcost/dW = Σ 2e/n · x,  dcost/db = Σ 2e/n

Taken at the start of the run (zeros where none was made), from the sums of the rows: of a tensor of n numbers the mean is said.
"""

from __future__ import annotations

import numpy as np

from wxb._typing import Vector
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.marks.axis import Axis
from wxb.marks.mark import Mark, Role, arrow, bars, words
from wxb.marks.measure import shortened
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number
from wxb.passes.binned import Shown
from wxb.pictures.options import Options
from wxb.pictures.run import start_of
from wxb.pictures.words import name_of
from wxb.printable import cells, one_line

MOST = 2  # weights that have a box of their own
ABOVE = 0.15  # the middle of a box, of its height: where arrows go, between its lines
NAME = 18  # cells of a name in its box
WIDE, LEAF, TALL = 0.88, 2.1, 0.8  # of a box, where columns and rows are 1 apart


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    theta = start_of(model)
    gradient, cost = model.bowl.gradient(theta), float(model.bowl.cost(theta))
    leaves = _leaves(model, theta, gradient)
    height, error = _means(model, theta)
    middle = (len(leaves) - 1) / 2
    n = model.n
    inner = [
        (1.0, "H = W·x + b", _("mean {value}", value=number(height, 3)), _("{n} numbers", n=n)),
        (2.0, "e = H − y", _("mean {value}", value=number(error, 3)), _("grad {value}", value="2e/n")),
        (3.0, "e²", _("mean {value}", value=number(cost, 3)), _("grad {value}", value="1/n")),
        (4.0, _("cost"), number(cost), _("grad {value}", value="1")),
    ]
    marks = _drawn(leaves, inner, middle)
    arrived = ", ".join(f"{name}: {back}" for name, __, back in leaves if back)
    return Scene(
        kind="graph",
        title=_("The cost of {target} as a graph", target=name_of(model.target)),
        description=_("The cost is {cost}; what comes back: {arrived}.", cost=number(cost), arrived=arrived),
        panels=(
            Panel(
                x=Axis(label="", low=WIDE / 2 - LEAF - 0.1, high=4.53, hidden=True),
                y=Axis(label="", low=-0.6, high=len(leaves) - 0.4, hidden=True),
                marks=tuple(marks),
                heading=_("Values go forward, gradients come back"),
                subheading=_("at the start"),
                closing=_("dcost/dW = Σ 2e/n · x and dcost/db = Σ 2e/n: the chain rule, from the cost back to each weight"),
                aspect=0.13 * max(len(leaves), 2) + 0.05,
            ),
        ),
        table={
            "coefficient": list(model.bowl.names),
            "value": theta.tolist(),
            "gradient": gradient.tolist(),
        },
    )  # fmt: skip


def _drawn(leaves: list[tuple[str, str, str]], inner: list[tuple[float, str, str, str]], middle: float) -> list[Mark]:
    """Boxes and the arrows between them. inner : (place across, name, value, gradient), all at one height"""
    tall = max(1.2, 0.45 * len(leaves))
    marks: list[Mark] = []
    for row, (name, value, back) in enumerate(leaves):
        said = (f"{name} = {value}" if value else name, *([back] if back else []))
        marks += _box(-LEAF / 2 + WIDE / 2, float(row), TALL, said, "leaf", LEAF, ("limit", "gradient"))
        marks.append(arrow([WIDE / 2, 1 - WIDE / 2], [float(row), middle + ABOVE * tall], "quiet"))
    for x, name, value, back in inner:
        marks += _box(x, middle, tall, (name, value, back), "result" if x == 4 else "quiet")
        if x < 4:
            height = middle + ABOVE * tall
            marks.append(arrow([x + WIDE / 2, x + 1 - WIDE / 2], [height, height], "quiet"))
    return marks


def _leaves(model: Fitted, theta: Vector, gradient: Vector) -> list[tuple[str, str, str]]:
    """(name, value, gradient) of the coefficients, b at the bottom; of many the first."""
    places = [*range(model.layout.offset, len(theta))]
    few = places if len(places) <= MOST else places[: MOST - 1]
    names = shortened([one_line(model.bowl.names[k]) for k in few], lambda text: cells(text) <= NAME)
    found = [
        ("W" if len(places) == 1 else f"W ({name})", number(float(theta[k])), _grad(gradient[k]))
        for k, name in zip(few, names)
    ]
    if len(few) < len(places):
        left = len(places) - len(few)
        found.append((_n("{n} more weight", "{n} more weights", left), "", ""))
    if model.layout.intercept:
        found.append(("b", number(float(theta[0])), _grad(gradient[0])))
    return found[::-1]


def _grad(value: float) -> str:
    return _("grad {value}", value=number(float(value) + 0.0))


def _means(model: Fitted, theta: Vector) -> tuple[float, float]:
    """Of H and of H − y."""
    moments = model.moments
    total = moments.exact(0, 0)
    columns = [*model.layout.columns]
    height = sum(float(moments.exact(0, j) / total) * float(t) for j, t in zip(columns, theta))
    return height, height - float(moments.exact(0, len(moments.terms) + 1) / total)


def _box(
    x: float,
    y: float,
    tall: float,
    lines: tuple[str, ...],
    role: Role,
    wide: float = WIDE,
    roles: tuple[Role, ...] = ("limit", "data", "gradient"),
) -> list[Mark]:
    """A box and its lines: what it is, its value, its gradient."""
    places = y + tall * (0.5 - (np.arange(len(lines)) + 0.5) / len(lines)) * 0.9
    written = [words(x, place, line, of) for place, line, of in zip(places.tolist(), lines, roles)]
    return [bars(x - wide / 2, x + wide / 2, y - tall / 2, y + tall / 2, role), *written]
