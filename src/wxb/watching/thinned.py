"""A curve of any length in at most 2000 bins: numbers as they come, of a longer one the last, least and greatest of each bin.

    1 2 3 4 5 6 7 8  →  width 2:  last 2 4 6 8, low 1 3 5 7, high 2 4 6 8        whenever it is full two bins become one

A number costs a comparison and an append, whatever the length. What is not finite is the last of its bin, never its bounds.
A number that changes now and then is stairs: each stands from one step to the next, exactly while there are fewer than 2000.
"""

from __future__ import annotations

import math

MOST = 2000


class Thinned:
    """count : of all numbers        width : numbers in a bin        bad_at : the first that is not finite, from 0; −1"""

    __slots__ = ("_filled", "bad_at", "count", "high", "last", "low", "width")

    def __init__(self) -> None:
        self.count, self.width, self.bad_at, self._filled = 0, 1, -1, 0
        self.last: list[float] = []
        self.low: list[float] = []  # while bins hold one number each, that number is in `last` alone
        self.high: list[float] = []

    def add(self, value: float) -> None:
        if self.bad_at < 0 and value - value != 0.0:
            self.bad_at = self.count
        self.count += 1
        if self.width == 1:
            self.last.append(value)
            if self.count == MOST:
                self.low, self.high = self.last, self.last
                self._halve()
            return
        if self._filled == 0:
            self.last.append(value)
            self.low.append(value)
            self.high.append(value)
        else:
            self.last[-1] = value
            if value < self.low[-1] or self.low[-1] != self.low[-1]:
                self.low[-1] = value
            if value > self.high[-1] or self.high[-1] != self.high[-1]:
                self.high[-1] = value
        self._filled += 1
        if self._filled == self.width:
            self._filled = 0
            if len(self.last) == MOST:
                self._halve()

    @property
    def fresh(self) -> bool:
        """Whether the next number begins a bin."""
        return self._filled == 0

    def _halve(self) -> None:
        pairs = range(0, len(self.last), 2)
        low, high = self.low, self.high
        self.low = [_least(low[i], low[i + 1]) for i in pairs]
        self.high = [-_least(-high[i], -high[i + 1]) for i in pairs]
        self.last = self.last[1::2]
        self.width *= 2

    def at(self) -> list[int]:
        """Where the last number of each bin stands, from 0."""
        places = [self.width * (place + 1) - 1 for place in range(len(self.last))]
        return [*places[:-1], self.count - 1] if places else []

    def bounds(self) -> tuple[list[float], list[float]]:
        """The least and greatest of each bin."""
        return (self.last, self.last) if self.width == 1 else (self.low, self.high)


class Stairs:
    """A number by steps of a run.   starts : of each bin of `levels`, the first step      highest : of all levels

    From its start to the next, the number was between the bounds of its bin, at last the last of it.
    """

    __slots__ = ("_now", "highest", "levels", "starts")

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.levels = Thinned()
        self._now: float | None = None
        self.highest = -math.inf

    def stands(self, step: int, value: float) -> None:
        """It is `value` from this step on."""
        if value == self._now or (value != value and self._now != self._now):
            return
        self._now, width = value, self.levels.width
        self.highest = max(self.highest, value)
        if self.levels.fresh:
            self.starts.append(step)
        self.levels.add(value)
        if self.levels.width > width:
            del self.starts[1::2]


def _least(one: float, other: float) -> float:
    if math.isnan(one):
        return other
    return one if math.isnan(other) or one < other else other
