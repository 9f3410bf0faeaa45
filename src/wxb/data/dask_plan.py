"""Who does what on a cluster: neighbouring parts go together into tasks, what these come to is merged as a tree.

    ten parts of a row group each, two threads  ──▶  tasks of less and less, six or so for each thread  ──▶  few merges

A task costs the scheduler, the client and a worker some 20 ms of the processor in all, and where they share a machine with the work
that time is the work's. The last tasks are short, so that no thread waits long for another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

SHARES = 4  # of what a thread has to do, the most that one task does is one
SHORTEST = 4  # times shorter than the longest is the shortest
MOST = 1 << 27  # rows of a task at most: so much is done anew when a worker dies
OPENED = 10_000  # rows that are read in the time in which a part is opened
WRITTEN = 64  # bytes that a row of a text may take, where nobody knows its rows
FAN = 8  # neighbours that are merged at a time


def weight(part: Any) -> float:
    """How long a part takes, in rows."""
    rows, file = part.rows, getattr(part, "file", None)
    if rows is None:
        rows = 0 if file is None else file.size / WRITTEN
    return OPENED + rows


def shares(weights: Sequence[float], threads: int) -> list[slice]:
    """Neighbours that one task reads, one after the other: half of what is left for each thread, within bounds."""
    left = sum(weights)
    most = min(MOST, left / (SHARES * threads))
    several, start, held = list[slice](), 0, 0.0
    for place, one in enumerate(weights):
        if place > start and held + one / 2 > min(most, max(most / SHORTEST, left / (2 * threads))):
            several.append(slice(start, place))
            start, left, held = place, left - held, 0.0
        held += one
    return [*several, slice(start, len(weights))]


def longest_first(weights: Sequence[float]) -> list[int]:
    """When each has its turn, so that none begins when all others are over; equals in their order."""
    turns = [0] * len(weights)
    for turn, place in enumerate(sorted(range(len(weights)), key=lambda place: -weights[place])):
        turns[place] = turn
    return turns


def tree(made: Sequence[Any], join: Callable[..., Any]) -> Any:
    """All, at most `FAN` neighbours merged at a time, and no more often than it takes: the last come to the root at once.

    join : (level, place, what is merged …)
    """
    level = 0
    while len(made) > 1:
        count = len(made)
        these = count
        if FAN < count <= FAN * FAN:  # so many first ones that `FAN` are left
            these += -(-(count - FAN) // (FAN - 1)) - FAN
        near = [made[start : min(start + FAN, these)] for start in range(0, these, FAN)]
        joined = [join(level, place, *some) if len(some) > 1 else some[0] for place, some in enumerate(near)]
        made, level = [*joined, *made[these:]], level + 1
    return made[0]
