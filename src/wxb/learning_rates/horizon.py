"""How many epochs until the distance has fallen by a factor, for good.

From the worst start the distance after e epochs is max_i |f_i(e)| times what it was, f_i the factors of `modes`. Asked for
is the smallest E with |f_i(e)| ≤ tolerance for every e ≥ E and every i. A plain mode gives it by one logarithm. Modes with
two roots have an envelope that falls geometrically, from which the true last crossing is searched backwards: the factor
swings below the envelope, by whole digits where roots nearly coincide.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from wxb._typing import Integers, Marks, Vector
from wxb.learning_rates.modes import Modes

Predicate = Callable[[Integers], Marks]

WINDOW = 4096


def epochs_until(modes: Modes, tolerance: float) -> float:
    """Epochs until every mode has fallen to `tolerance` (0 < tolerance < 1) and stays there; inf when one never does."""
    if len(modes.log_radius) == 0:
        return 0
    if not bool(np.all(modes.log_radius < 0)):
        return math.inf
    envelopes = _envelope_epochs(modes, tolerance)
    if not modes.lead.any() and not modes.swings.any():
        return max(1, _whole(float(envelopes.max())))
    last = 1.0
    for index in np.argsort(-envelopes):
        if envelopes[index] <= last:
            break
        last = max(last, _last_above(modes, int(index), tolerance, float(envelopes[index])) + 1)
    return _whole(last)


def _whole(number: float) -> float:
    return math.ceil(number) if math.isfinite(number) else number


def _envelope_epochs(modes: Modes, tolerance: float) -> Vector:
    """(q,) epochs after which each mode is certainly below the tolerance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        swing = np.log(tolerance / np.hypot(1.0, modes.tilt)) / modes.log_radius
        plain = np.log(tolerance) / modes.log_radius
    result = np.where(modes.swings, swing, plain)
    for index in np.flatnonzero(~modes.swings & (modes.lead != 0)):
        result[index] = _real_envelope(modes, int(index), tolerance)
    return np.maximum(result, 0.0)


def _real_envelope(modes: Modes, index: int, tolerance: float) -> float:
    """Where |z|^e (1 + |lead| · min(e, 2/gap)/|z|), which is above the factor, has fallen to the tolerance."""
    log_radius, lead, gap = float(modes.log_radius[index]), abs(float(modes.lead[index])), float(modes.gap[index])
    if math.isinf(log_radius):
        return 2.0

    def log_bound(e: float) -> float:
        lucas = min(e, 2 / gap if gap > 0 else math.inf)
        return e * log_radius + math.log1p(lead * lucas * math.exp(-log_radius))

    low, high = 0.0, max(2.0, 2 / -log_radius)
    while log_bound(high) > math.log(tolerance):
        low, high = high, 2 * high
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if log_bound(middle) > math.log(tolerance) else (low, middle)
    return high


def _last_above(modes: Modes, index: int, tolerance: float, envelope: float) -> float:
    """The last epoch at which one mode is above the tolerance (−1 when it never is)."""
    single = _single(modes, index)

    def above(epochs: Integers) -> Marks:
        return np.abs(single.factors(epochs)[:, 0]) > tolerance

    high = int(min(envelope + 2, 2.0**62))
    if bool(modes.swings[index]):
        return _last_swing(above, high, math.pi / float(modes.angle[index]))
    low = max(0, high - WINDOW)
    if low == 0 or above(np.arange(low, high)).any():
        found = np.flatnonzero(above(np.arange(low, high + 1)))
        return float(low + found[-1]) if len(found) else -1.0
    return _falling(above, 0, low)


def _last_swing(above: Predicate, high: int, half_period: float) -> float:
    """Walk back a half period at a time; each half period has one rise and one fall through zero."""
    start = float(high)
    for _ in range(100_000):
        begin = max(0.0, start - half_period - 1)
        width = start - begin
        grid = np.unique(np.linspace(begin, start, min(WINDOW, int(width) + 2)).round().astype(np.int64))
        found = np.flatnonzero(above(grid))
        if len(found):
            last = int(grid[found[-1]])
            following = int(grid[found[-1] + 1]) if found[-1] + 1 < len(grid) else last + 1
            return _falling(above, last, following)
        if begin == 0:
            return -1.0
        start = begin
    return start


def _falling(above: Predicate, low: int, high: int) -> float:
    """The last epoch above the tolerance between one that is and one that is not."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if above(np.array([middle]))[0] else (low, middle)
    return float(low)


def _single(modes: Modes, index: int) -> Modes:
    return Modes(*(getattr(modes, name)[index : index + 1] for name in Modes.__slots__))
