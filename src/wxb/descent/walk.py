"""From a motion to the epochs that are kept: how far it goes, which rule ends it, where it blows up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wxb._typing import Integers, Marks, Matrix, Vector
from wxb.descent.frame import Frame
from wxb.descent.motion import Constant, Stepped
from wxb.i18n import _
from wxb.numbers import readable
from wxb.trajectory import KEPT_AT_MOST, Stop, blown_up_beyond, epochs_to_keep
from wxb.trajectory.stop import BLOWN_UP

GRID = 2048
CHUNK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """The kept epochs of a descent in eigenvector components.

    epochs (k,), before (k, r) and after (k, r) each one's step, rate (k,), log_every
    made : epochs made        reason : the stopping rule that held, or ""
    blown : the epoch whose cost is a thousand times the start's, or None        interrupted : by the user
    """

    epochs: Integers
    before: Matrix
    after: Matrix
    rate: Vector
    log_every: int
    made: int
    reason: str = ""
    blown: int | None = None
    interrupted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The stopping rules that need only the coefficients, as predicates on c *after* a step."""

    frame: Frame
    stop: Stop

    @property
    def given(self) -> bool:
        """Whether there is any rule to watch."""
        return bool(self._each())

    def holding(self, components: Matrix) -> Marks:
        """(k,) whether any rule holds at each of c (k, r)."""
        held = np.zeros(len(components), dtype=bool)
        for __, predicate in self._each():
            held |= predicate(components)
        return held

    def reason(self, components: Vector) -> str:
        """The first rule that holds at c (r,), in words."""
        return next((text for text, predicate in self._each() if predicate(components[None])[0]), "")

    def _each(self) -> list[tuple[str, Callable[[Matrix], Marks]]]:
        stop, frame = self.stop, self.frame
        rules: list[tuple[str, Callable[[Matrix], Marks]]] = []
        if (bound := stop.standard_errors) is not None:
            rules.append((_("coefficients within {bound} standard errors of the minimum", bound=readable(bound)),
                          lambda c: frame.distance_se(c) <= bound))  # fmt: skip
        if (within := stop.cost_within) is not None:
            rules.append(
                (_("cost within {within} of the minimum", within=readable(within)), lambda c: frame.excess(c) <= within)
            )
        if (norm := stop.gradient_norm) is not None:
            rules.append(
                (_("gradient norm at most {norm}", norm=readable(norm)), lambda c: frame.gradient_norm(c) <= norm)
            )
        return rules


def walk_constant(motion: Constant, rules: Rules, total: int, log_every: int | None, unstable: bool) -> Walk:
    """The kept epochs of a run of at most `total` epochs at a constant rate."""
    held = first_where(lambda e: rules.holding(motion.components(e + 1)), total) if rules.given else None
    made = total if held is None else held + 1
    blown = first_where(lambda e: is_blown(rules.frame, motion.components(e), BLOWN_UP), made) if unstable else None
    if blown is not None:
        made = blown + 1
    log_every, epochs = epochs_to_keep(made, log_every)
    if log_every == 1:
        path = motion.components(np.arange(made + 1))
        before, after = path[:-1], path[1:]
    else:
        before, after = motion.components(epochs), motion.components(epochs + 1)
    reason = rules.reason(after[-1]) if held is not None and blown is None else ""
    return Walk(epochs, before, after, motion.rate(epochs), log_every, made, reason, blown)


def walk_stepped(motion: Stepped, rules: Rules, total: int, log_every: int | None) -> Walk:
    """The kept epochs of a run whose rate changes, made one after the other."""
    pieces: list[tuple[Matrix, Matrix, Vector]] = []
    thinned: list[Integers] = []
    interval, __ = epochs_to_keep(total, log_every)
    made, reason, blown, interrupted = 0, "", None, False
    try:
        while made < total and not reason and blown is None:
            path, rate = motion.advance(min(CHUNK, total - made))
            count, reason, bad = _ended(rules, path, blown_up_beyond(motion.momentum))
            blown = None if bad is None else made + bad
            inside = np.arange(made, made + count)
            inside = inside[(inside < KEPT_AT_MOST) | (inside % interval == 0) | (inside == made + count - 1)]
            pieces.append((path[inside - made], path[inside - made + 1], rate[inside - made]))
            thinned.append(inside)
            made += count
    except KeyboardInterrupt:
        interrupted = True
        if not pieces:
            raise
    epochs = np.concatenate(thinned)
    before, after, rates = (np.concatenate(part) for part in zip(*pieces))
    interval, wanted = epochs_to_keep(made, log_every if total <= KEPT_AT_MOST else interval)
    kept = np.isin(epochs, wanted)
    return Walk(epochs[kept], before[kept], after[kept], rates[kept], interval, made, reason, blown, interrupted)


def _ended(rules: Rules, path: Matrix, limit: float) -> tuple[int, str, int | None]:
    """Epochs of a chunk (k + 1, r) that count, the rule that held, the epoch within it that blew up."""
    held = np.flatnonzero(rules.holding(path[1:]))
    bad = np.flatnonzero(is_blown(rules.frame, path[:-1], limit))
    if len(bad) and (not len(held) or bad[0] <= held[0]):
        return int(bad[0]) + 1, "", int(bad[0])
    if len(held):
        return int(held[0]) + 1, rules.reason(path[held[0] + 1]), None
    return len(path) - 1, "", None


def is_blown(frame: Frame, components: Matrix, limit: float) -> Marks:
    """(k,) whether the cost is beyond `limit` times the start's, or no longer a number."""
    start = frame.bowl.floor + float(frame.excess(frame.components[None])[0])
    cost = frame.bowl.floor + frame.excess(components)
    return ~(cost <= limit * start)


def first_where(holds: Callable[[Integers], Marks], total: int) -> int | None:
    """The first of `total` epochs at which a predicate holds; None when it does at none.

    Every epoch is looked at up to CHUNK; beyond, a grid that is refined about its first hit, so that 10^15 epochs are no
    more work: exact for what changes once, and for a swinging path one of the first crossings.
    """
    if total <= CHUNK:
        found = np.flatnonzero(holds(np.arange(total, dtype=np.int64)))
        return int(found[0]) if len(found) else None
    dense = np.arange(GRID, dtype=np.int64)
    sparse = np.geomspace(GRID, total - 1, GRID).astype(np.int64)
    grid = np.unique(np.concatenate([dense, sparse, [total - 1]]))
    while True:
        found = np.flatnonzero(holds(grid))
        if not len(found):
            return None
        hit = int(found[0])
        low = int(grid[hit - 1]) if hit else int(grid[0])
        high = int(grid[hit])
        if high - low <= 1:
            return high
        grid = np.unique(np.append(np.linspace(low, high, GRID).astype(np.int64), high))
