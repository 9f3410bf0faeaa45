"""The axis of learning rates: how many epochs each takes, zones from crawling to diverging, the limit, the best and one's own.

    epochs(α) = until the coefficients have two digits, from the worst start

falls as α grows, is least at 2/(λmax + λmin), and rises to infinity at 2/λmax. Zones are the verdicts (`wxb.learning_rates`):
where the epochs are known a rate is good that arrives within them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from wxb._typing import Vector
from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.learning_rates.theory import Theory
from wxb.learning_rates.verdict import ARRIVED, Verdict, VerdictKind, kind_and_pace, verdict_on
from wxb.marks.axis import Axis
from wxb.marks.mark import Mark, Role, bars, dots, line, rule
from wxb.marks.scene import Panel, Scene
from wxb.numbers import counted, readable, round_down
from wxb.passes.binned import Shown
from wxb.pictures.options import Options
from wxb.pictures.picture import Picture
from wxb.pictures.run import rates_on, steps_of
from wxb.pictures.words import name_of

Zone: TypeAlias = tuple[float, float, Role]
WORDS: dict[Role, str] = {
    "crawl": N_("crawls"),
    "slow": N_("slow"),
    "good": N_("good"),
    "zigzag": N_("zigzags"),
    "diverge": N_("diverges"),
}
GRID, HALVINGS = 60, 40
DOWN, UP = 1000.0, 2.0  # from the limit, that the axis reaches
FARTHEST = 1e12  # from the limit, where a rate of one's own is
CRAWL = 100.0  # times the epochs of the best rate
FEW = 30  # epochs, below which one more is seen
STRIP = 0.22  # of the height, for the zones


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    steps = steps_of(model)
    path = model.trajectory
    made = None if path is None or model.diverged else path.outcome.epochs
    own = list(options.rates)
    if path is not None and steps.full and path.lr[0] == path.lr[-1] and not own:
        own = [float(path.lr[0])]
    axis = Alpha(rates_on(model.bowl, steps), steps.momentum, steps.nesterov, options.within or made)
    title = _("Learning rates and what they do: {target}", target=name_of(model.target))
    return drawn(axis, own, title, _("rates of the standardised columns, on which it descends") if steps.scaled else "")


def picture(theory: Theory, own: Sequence[float], momentum: float, nesterov: bool, within: int | None) -> Picture:
    """What is known of rates where there is no line, or none is asked for: their axis."""
    return Picture(of_rates(theory, own, momentum, nesterov, within))


def of_rates(
    theory: Theory, own: Sequence[float] = (), momentum: float = 0.0, nesterov: bool = False, within: int | None = None
) -> Scene:
    return drawn(Alpha(theory, momentum, nesterov, within), own, _("Learning rates and what they do"))


def drawn(axis: Alpha, own: Sequence[float], title: str, note: str = "") -> Scene:
    """The axis with its zones. own : rates to mark"""
    limit, best = axis.limit, axis.best
    low = max(min([limit / DOWN, *(lr / 2 for lr in own)]), limit / FARTHEST)
    high = min(max([UP * limit, *(1.5 * lr for lr in own)]), limit * FARTHEST)
    zones = axis.zones(low, high)
    panels = [_panel(axis, zones, own, low, high)]
    zigzag = next((zone for zone in zones if zone[2] == "zigzag"), None)
    if zigzag is not None and 1e-3 < math.log(zigzag[1] / zigzag[0]) < 0.04 * math.log(high / low):
        panels.append(_close(axis, zones, own, zigzag))
    said = [_("Rates from {limit} on diverge; the best constant rate is {best}: {epochs} to two digits.",
        limit=readable(round_down(limit, 5), 5), best=readable(best), epochs=counted(axis.epochs(best)))]  # fmt: skip
    said += [_("Rate {lr}: {verdict}.", lr=readable(lr), verdict=axis.verdict(lr).brief) for lr in own]
    return Scene(
        kind="alpha",
        title=title,
        description=" ".join(said),
        panels=tuple(panels),
        note=note,
        table={
            "from": [zone[0] for zone in zones],
            "to": [zone[1] for zone in zones],
            "what happens": [_(WORDS[zone[2]]) for zone in zones],
        },
    )


class Alpha:
    """The rates of one bowl. within : epochs in which one is to arrive, None for any reasonable number"""

    def __init__(self, rates: Theory, momentum: float, nesterov: bool, within: int | None) -> None:
        self.rates, self.momentum, self.nesterov, self.within = rates, momentum, nesterov, within
        self.limit = rates.limit(self.momentum, self.nesterov)
        self.best = self._best()
        self.best_constant = rates.best_for(momentum, nesterov)
        self.best_pace = rates.epochs_per_digit(self.best_constant, momentum, nesterov)

    def _best(self) -> float:
        """The rate that the fewest epochs are enough for.

        With momentum a whole interval of rates is as good in the long run, and not all of it is on the way to two digits.
        """
        best = self.rates.best_for(self.momentum, self.nesterov)
        if best >= self.limit * (
            1 - 1e-15
        ):  # of a condition beyond 1e15: rounded to the limit, at which nothing arrives
            best = self.limit * (1 - 1e-12)
        if not self.momentum:
            return best
        return min([best, *np.geomspace(self.limit / DOWN, self.limit, GRID)[:-1].tolist()], key=self.epochs)

    def epochs(self, lr: float) -> float:
        return self.rates.epochs(lr, ARRIVED, self.momentum, self.nesterov)

    def verdict(self, lr: float) -> Verdict:
        return verdict_on(self.rates, lr, self.momentum, self.nesterov, epochs=self.within)

    def role(self, lr: float) -> Role:
        if lr >= self.limit:
            return "diverge"
        given = self.momentum, self.nesterov, self.within, self.best_constant, self.best_pace
        kind, pace = kind_and_pace(self.rates, lr, *given)
        if kind is VerdictKind.GOOD:
            return "good"
        if kind in (VerdictKind.ZIGZAG, VerdictKind.CRITICAL):
            return "zigzag"
        return "crawl" if pace > CRAWL * max(self.best_pace, 1.0) else "slow"

    def zones(self, low: float, high: float) -> list[Zone]:
        """(from, to, role), in ascending order: where the role changes is searched between places of a grid."""
        grid = np.unique(
            np.concatenate([
                np.geomspace(low, self.limit, GRID), self.best * (1 + np.array([-1e-3, 0, 1e-3, 1e-2])),
                self.limit * (1 - np.geomspace(1e-6, 0.3, 12)), [high],
            ])
        )  # fmt: skip
        grid = grid[(grid >= low) & (grid <= high)]
        roles: list[Role] = [self.role(lr) for lr in grid.tolist()]
        edges: list[float] = [low]
        kinds: list[Role] = [roles[0]]
        for (left, right), (one, other) in zip(pairwise(grid.tolist()), pairwise(roles)):
            if one != other:
                edges.append(self.limit if other == "diverge" else self._change(left, right, one))
                kinds.append(other)
        return list(zip(edges, [*edges[1:], high], kinds))

    def _change(self, left: float, right: float, role: Role) -> float:
        for __ in range(HALVINGS):
            middle = math.sqrt(left * right)
            left, right = (middle, right) if self.role(middle) == role else (left, middle)
        return right

    def curve(self, low: float, high: float) -> tuple[Vector, Vector]:
        """(rates, epochs) of those that converge, close together where the curve is steep."""
        top = min(high, self.limit * (1 - 1e-9))
        near = self.limit * (1 - np.geomspace(1e-9, 0.5, 60))
        grid = np.unique(np.concatenate([np.geomspace(low, top, 120), near, [self.best]]))
        grid = grid[(grid >= low) & (grid <= top)]
        return _stepped(grid, np.array([max(self.epochs(lr), 1.0) for lr in grid.tolist()], dtype=np.float64))


def _stepped(rates: Vector, epochs: Vector) -> tuple[Vector, Vector]:
    """Few epochs are whole ones: a stair, where slanted lines from one to the next would show fractions."""
    few = (np.maximum(epochs[1:], epochs[:-1]) < FEW) & (epochs[1:] != epochs[:-1])
    after = np.flatnonzero(few) + 1
    middles = np.sqrt(rates[after - 1] * rates[after])
    places = np.repeat(after, 2)
    heights = np.column_stack([epochs[after - 1], epochs[after]]).ravel()
    return np.insert(rates, places, np.repeat(middles, 2)), np.insert(epochs, places, heights)


def _panel(axis: Alpha, zones: list[Zone], own: Sequence[float], low: float, high: float) -> Panel:
    across, epochs = axis.curve(low, high)
    up = _up(axis, epochs)
    marks = [*_zones(zones, up), *_lines(axis, across, epochs), *_own(axis, own, up)]
    label = _("learning rate α")
    return Panel(
        x=Axis(label=label, low=low, high=high, log=True),
        y=up,
        marks=tuple(marks),
        heading=_heading(axis, own),
        subheading=_("the best constant rate takes {epochs}, those from {limit} on diverge",
            epochs=counted(axis.epochs(axis.best)), limit=readable(round_down(axis.limit, 5), 5)),
        aspect=0.55,
    )  # fmt: skip


def _close(axis: Alpha, zones: list[Zone], own: Sequence[float], zigzag: Zone) -> Panel:
    """The neighbourhood of the limit, where a rate is good, zigzags or diverges within a few hundredths."""
    width = max(zigzag[1] - zigzag[0], 0.01 * axis.limit)
    low, high = zigzag[0] - 3 * width, axis.limit + 2 * width
    across, epochs = axis.curve(low, high)
    up = _up(axis, epochs)
    near = [lr for lr in own if low <= lr <= high]
    return Panel(
        x=Axis(label=_("learning rate α"), low=low, high=high),
        y=up,
        marks=(*_zones(zones, up), *_lines(axis, across, epochs, labels=False), *_own(axis, near, up)),
        heading=_("Close to the limit"),
        subheading=_("the same, drawn wider"),
        aspect=0.55,
    )


def _up(axis: Alpha, epochs: Vector) -> Axis:
    """The epochs that are seen, and room for the strip of zones below them."""
    seen = epochs[np.isfinite(epochs)]
    least = float(seen.min()) if len(seen) else 1.0
    marked = [float(axis.within)] if axis.within is not None else []
    most = max([min(float(seen.max(initial=10.0)), 1e5 * least), *marked])
    least = min([least, *marked])
    return Axis(label=_("epochs to two digits"), low=least / (3 * (most / least) ** STRIP), high=1.3 * most, log=True)


def _zones(zones: list[Zone], up: Axis) -> list[Mark]:
    """A strip along the bottom, and thin lines where one zone ends."""
    top = up.low * (up.high / up.low) ** (0.6 * STRIP)
    strip = [bars(low, high, 0.0, top, role, name=_(WORDS[role])) for low, high, role in zones]
    return [*strip, *(rule(x=low, role="quiet") for low, __, role in zones[1:] if role != "diverge")]


def _lines(axis: Alpha, across: Vector, epochs: Vector, labels: bool = True) -> list[Mark]:
    found = [line(across, epochs, "path")]
    if axis.within is not None:
        found.append(rule(y=float(axis.within), role="quiet", text=counted(axis.within)))
    limit = _("limit {rate}", rate=readable(round_down(axis.limit, 5), 5))
    found.append(rule(x=axis.limit, role="limit", text=limit if labels else ""))
    best = _("best {rate}", rate=readable(round_down(axis.best, 5), 5)) if labels else ""
    found.append(dots(axis.best, max(axis.epochs(axis.best), 1.0), "minimum", text=best))
    return found


def _own(axis: Alpha, own: Sequence[float], up: Axis) -> list[Mark]:
    found = []
    for lr in own:
        epochs = axis.epochs(lr)
        height = min(max(epochs, 1.0), up.high) if math.isfinite(epochs) else up.high**0.8 * up.low**0.2
        found.append(dots(lr, height, "own", text=_("yours: {rate}", rate=readable(lr))))
    return found


def _heading(axis: Alpha, own: Sequence[float]) -> str:
    if len(own) == 1:
        return _("Rate {lr}: {verdict}", lr=readable(own[0]), verdict=axis.verdict(own[0]).brief)
    if axis.epochs(axis.best) > 10_000:
        return _("Every constant rate is slow on these columns")
    return _("Good rates are a little below the limit")
