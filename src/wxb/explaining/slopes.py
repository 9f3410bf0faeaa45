"""The slope of a function of one number at 0, by central differences, and how far it may be off.

    D(h) = (φ(h) − φ(−h)) / 2h = φ′ + c₂h² + c₄h⁴ + …        D for h, h/4, h/16 …; Richardson takes c₂, c₄ … away (Ridders' table)
    error = what neighbours in the table differ by, and 2·noise/h

The noise of φ is measured: fourth and fifth differences over eight points so near that φ itself has none (Moré and Wild),
once more much nearer where that is large (φ may change within these eight), and never less than the rounding of its terms.
Steps over which φ goes up and down agree with each other on a slope of nearly 0: smaller ones overrule what they contradict.
Where the slopes from left and right stay apart as h shrinks, φ has a kink, or bends within a step: then it shrinks further.
Where φ varies between neighbouring numbers as much as over the longest step, no step tells its slope: then it is not resolved.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

FIRST, SHRINK, LEVELS = 2.0**-5, 4.0, 20
ROUNDED = 2.0**-53  # of what φ differs by, where it is 0 at the point itself
NEAR, NEARER, POINTS = 2.0**-24, 2.0**-48, 8  # of what tells the noise
UNRESOLVED = 2.0**-5  # of what φ varies by over all steps: a noise as large as that
STEPS, NEARER_TO = (
    3,
    0.25,
)  # steps in a row that must agree, and how much nearer to the slope than to what it is held against
LARGE, FALLS = 64.0, 16.0  # times the rounding: a noise to be looked at nearer; how much less it must be there
CONTRADICTS = 8.0  # errors that a smaller step's slope may be away from that of larger ones
APART = 0.6  # of the gap between one-sided slopes that is left after a step four times smaller, at a kink


@dataclass(frozen=True, slots=True)
class Slope:
    """value, error : of the slope; NaN and inf where nothing finite was found        left, right : one-sided, at the least step
    kink : whether these stay apart        step : of the best entry
    resolved : whether any step could tell it        plain : the central differences, from long steps to short ones
    """

    value: float
    error: float
    left: float
    right: float
    kink: bool
    step: float
    resolved: bool = True
    plain: tuple[float, ...] = ()

    def stands_against(self, other: float) -> bool:
        """Whether differences of several step lengths agree with one another, and not with that number."""
        if not self.resolved or self.kink or not math.isfinite(self.error):
            return False
        apart = abs(other - self.value) if math.isfinite(other) else math.inf
        agree = [abs(one - self.value) <= NEARER_TO * apart for one in self.plain]
        return any(all(agree[place : place + STEPS]) for place in range(len(agree) - STEPS + 1))


@dataclass(frozen=True, slots=True)
class _Sides:
    step: float
    left: float
    right: float

    @property
    def gap(self) -> float:
        return abs(self.right - self.left)

    def away_from(self, other: _Sides) -> float:
        return abs(self.left - other.left) + abs(self.right - other.right)

    def clear_of(self, noise: float) -> bool:
        return self.gap > 16.0 * noise / self.step and self.gap > 1e-7 * max(abs(self.left), abs(self.right))


def slope(along: Callable[[float], float], scale: float, rounding: float) -> Slope:
    """φ′(0) of φ = along. scale : a length over which φ may change        rounding : what φ is rounded by at least"""
    middle = along(0.0)
    noise = max(rounding, _noise_within(along, scale, rounding))
    value, error, step = math.nan, math.inf, 0.0
    sides: list[_Sides] = []
    row: list[float] = []
    spread = 0.0
    for level in range(LEVELS):
        h = FIRST * scale / SHRINK**level
        above, below = along(h), along(-h)
        if not (math.isfinite(above) and math.isfinite(below)):  # outside the domain
            row = []
            continue
        spread = max(spread, abs(above - middle), abs(below - middle))
        sides.append(_Sides(h, (middle - below) / h, (above - middle) / h))
        row, found, differs = _extrapolated((above - below) / (2.0 * h), row)
        lost = (2.0 * noise + ROUNDED * (abs(above - middle) + abs(below - middle))) / h
        contradicted = abs(found - value) > CONTRADICTS * (error + noise / h)
        if contradicted or differs + lost < error:
            value, error, step = found, differs + lost, h
        elif 2.0 * noise / h > error and not _stays(sides[-2:], noise):  # smaller steps only add noise
            break
    kink = _kinked(sides, noise)
    last = kink or (sides[-1] if sides else _Sides(0.0, math.nan, math.nan))
    resolved = noise <= LARGE * rounding or noise <= UNRESOLVED * spread
    plain = tuple((one.left + one.right) / 2.0 for one in sides)
    return Slope(value, error, last.left, last.right, kink is not None, step, resolved, plain)


def _extrapolated(difference: float, before: list[float]) -> tuple[list[float], float, float]:
    """The next row of the table, its best entry and what this differs by from its neighbours."""
    row, best, least = [difference], difference, math.inf
    for order, older in enumerate(before, 1):
        power = SHRINK ** (2 * order)
        entry = row[-1] + (row[-1] - older) / (power - 1.0)
        differs = max(abs(entry - row[-1]), abs(entry - older))
        if differs < least:
            best, least = entry, differs
        row.append(entry)
    return row, best, least


def _noise_within(along: Callable[[float], float], scale: float, rounding: float) -> float:
    """The noise, at the nearer of two distances where what varies at the other is φ itself."""
    found = _noise(along, NEAR * scale)
    if found <= LARGE * rounding:
        return found
    nearer = _noise(along, NEARER * scale)
    return nearer if 0.0 < nearer < found / FALLS else found


def _noise(along: Callable[[float], float], apart: float) -> float:
    """The standard deviation of what φ varies by between neighbouring numbers."""
    differences = [along(apart * place) for place in range(1, POINTS + 1)]
    found = 0.0
    for order in range(1, 6):
        differences = [after - before for before, after in pairwise(differences)]
        if order > 3:
            gamma = math.factorial(order) ** 2 / math.factorial(2 * order)
            found = max(found, math.sqrt(gamma * sum(one * one for one in differences) / len(differences)))
    return found if math.isfinite(found) else 0.0


def _stays(last: list[_Sides], noise: float) -> bool:
    """Whether left and right are no nearer to each other after the last step than before."""
    return len(last) == 2 and last[1].clear_of(noise) and last[1].gap > APART * last[0].gap


def _kinked(sides: list[_Sides], noise: float) -> _Sides | None:
    """The one-sided slopes where they stay apart down to the least step that noise leaves clear: at the step where these settle."""
    clear = [one for one in sides if one.clear_of(noise)]
    stays = [after.gap > APART * before.gap and math.isfinite(after.gap) for before, after in pairwise(clear)]
    if len(stays) < 2 or not all(stays[-2:]):
        return None
    least = clear[-1]
    if any(one.step < least.step and max(one.gap, 16.0 * noise / one.step) < APART * least.gap for one in sides):
        return None  # it is gone at a smaller step, at which noise would not have hidden it
    first = max((place for place, one in enumerate(stays) if not one), default=-1) + 1
    settled = list(pairwise(clear))[first:]
    return min(settled, key=lambda two: two[1].away_from(two[0]) + noise / two[1].step)[1]
