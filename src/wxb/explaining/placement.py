"""A layered drawing of a directed acyclic graph (Sugiyama, Tagawa, Toda 1981), top to bottom.

1. layers      every box lies one layer below its lowest operand; sources sink next to what they feed
2. long edges  get a place of their own in every layer they cross, so they bend around boxes instead of running over them
3. crossings   layers are sorted by the median of their neighbours, downward and upward, keeping the best order seen
4. positions   boxes move to the mean of their neighbours as far as their row lets them, downward and upward

Boxes have sizes; no two boxes of a layer overlap, and layers do not: that is a theorem of step 4, and tested.
An edge's label is a box in the middle of the edge, so labels do not overlap either.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Box:
    """Width and height of something to be placed."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Centre of every box (x, y) in the order given; for every edge the points it runs through; the whole size."""

    centres: tuple[tuple[float, float], ...]
    routes: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float


def place(
    boxes: list[Box], edges: list[tuple[int, int]], *, gap: float = 28.0, between: float = 30.0, thin: float = 10.0
) -> Placed:
    """Place boxes so that every edge (from, to) leads down. `gap` separates boxes in a layer, `between` layers."""
    layer = _layers(len(boxes), edges)
    sizes, links, ways, layer = _with_bends(boxes, edges, layer, thin)
    rows = _ordered(layer, links)
    x = _positions(rows, sizes, links, gap)
    y, height = _heights(rows, sizes, between)
    left = min((x[one] - sizes[one].width / 2 for one in range(len(sizes))), default=0.0)
    right = max((x[one] + sizes[one].width / 2 for one in range(len(sizes))), default=0.0)
    half = [max((sizes[one].height for one in row), default=0.0) / 2 for row in rows]
    points = [(x[one] - left, y[layer[one]]) for one in range(len(sizes))]
    routes = tuple(tuple(_route(way, points, layer, half)) for way in ways)
    return Placed(tuple(points[: len(boxes)]), routes, right - left, height)


def _route(
    way: tuple[int, ...], points: list[tuple[float, float]], layer: list[int], half: list[float]
) -> list[tuple[float, float]]:
    """Centre to centre; a layer that is only crossed is crossed straight down, from its top to its bottom."""
    route = [points[way[0]]]
    for one in way[1:-1]:
        x, y = points[one]
        route += [(x, y - half[layer[one]]), (x, y + half[layer[one]])]
    return [*route, points[way[-1]]]


def _layers(count: int, edges: list[tuple[int, int]]) -> list[int]:
    """Longest path from above; then what has no more operands than uses sinks to just above its first use."""
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        above[target].append(source)
        below[source].append(target)
    waiting = [len(sources) for sources in above]
    ready = [one for one in range(count) if not waiting[one]]
    layer = [0] * count
    for one in ready:  # grows while it is read
        for target in below[one]:
            layer[target] = max(layer[target], layer[one] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for one in reversed(ready):  # sinking shortens edges as long as no more lead in than out
        if below[one] and len(below[one]) >= len(above[one]):
            layer[one] = min(layer[target] for target in below[one]) - 1
    return layer


def _with_bends(
    boxes: list[Box], edges: list[tuple[int, int]], layer: list[int], thin: float
) -> tuple[list[Box], list[tuple[int, int]], list[tuple[int, ...]], list[int]]:
    """Every edge cut into steps of one layer by bends."""
    sizes, layer = list(boxes), list(layer)
    links: list[tuple[int, int]] = []
    ways: list[tuple[int, ...]] = []
    for source, target in edges:
        way = [source]
        for crossed in range(layer[source] + 1, layer[target]):
            sizes.append(Box(thin, 0.0))
            layer.append(crossed)
            way.append(len(sizes) - 1)
        way.append(target)
        links += pairwise(way)
        ways.append(tuple(way))
    return sizes, links, ways, layer


def _neighbours(count: int, links: list[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        above[target].append(source)
        below[source].append(target)
    return above, below


def _ordered(layer: list[int], links: list[tuple[int, int]]) -> list[list[int]]:
    """Rows of boxes with few crossings."""
    above, below = _neighbours(len(layer), links)
    rows: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for one in _depth_first(len(layer), above, below):
        rows[layer[one]].append(one)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for number in range(SWEEPS):
        if fewest == 0:
            break
        downward = number % 2 == 0
        for row in rows if downward else rows[::-1]:
            _sort_by_median(row, rows, layer, above if downward else below, -1 if downward else 1)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _depth_first(count: int, above: list[list[int]], below: list[list[int]]) -> list[int]:
    """Boxes in the order a walk along the edges meets them: neighbours start near each other."""
    order: list[int] = []
    seen = [False] * count
    for start in (one for one in range(count) if not above[one]):
        stack = [start]
        while stack:
            one = stack.pop()
            if not seen[one]:
                seen[one] = True
                order.append(one)
                stack.extend(reversed(below[one]))
    return order


def _sort_by_median(
    row: list[int], rows: list[list[int]], layer: list[int], neighbours: list[list[int]], step: int
) -> None:
    if not row or not 0 <= layer[row[0]] + step < len(rows):
        return
    place_of = {one: number for number, one in enumerate(rows[layer[row[0]] + step])}
    own = {one: number for number, one in enumerate(row)}

    def median(one: int) -> float:
        places = sorted(place_of[other] for other in neighbours[one] if other in place_of)
        if not places:
            return float(own[one])
        middle = len(places) // 2
        return places[middle] if len(places) % 2 else (places[middle - 1] + places[middle]) / 2

    row.sort(key=median)


def _crossings(rows: list[list[int]], below: list[list[int]]) -> int:
    """Pairs of steps that cross, counted as inversions with a binary indexed tree."""
    crossings = 0
    for upper, lower in pairwise(rows):
        place_of = {one: number for number, one in enumerate(lower)}
        tree = [0] * (len(lower) + 1)
        seen = 0
        for one in upper:
            ends = sorted(place_of[other] for other in below[one])
            for end in ends:
                index, not_after = end + 1, 0
                while index:
                    not_after += tree[index]
                    index &= index - 1
                crossings += seen - not_after
            for end in ends:
                index = end + 1
                while index <= len(lower):
                    tree[index] += 1
                    index += index & -index
            seen += len(ends)
    return crossings


def _positions(rows: list[list[int]], sizes: list[Box], links: list[tuple[int, int]], gap: float) -> list[float]:
    above, below = _neighbours(len(sizes), links)
    x = [0.0] * len(sizes)
    for row in rows:
        _spread(row, sizes, x, [0.0] * len(row), [1.0] * len(row), gap)
    for number in range(2 * SWEEPS):
        downward = number % 2 == 0
        for row in rows if downward else rows[::-1]:
            near = above if downward else below
            far = below if downward else above
            wished, weights = [], []
            for one in row:
                others = near[one] or far[one]
                wished.append(sum(x[other] for other in others) / len(others) if others else x[one])
                weights.append(8.0 if sizes[one].height == 0 else 1.0 + len(others))
            _spread(row, sizes, x, wished, weights, gap)
    return x


def _spread(
    row: list[int], sizes: list[Box], x: list[float], wished: list[float], weights: list[float], gap: float
) -> None:
    """The nearest places to those wished (weighted least squares) that keep the order and the gaps: isotonic regression
    on the wishes less the room the boxes to the left need (pool adjacent violators)."""
    offsets, room = [], 0.0
    for number, one in enumerate(row):
        if number:
            room += sizes[row[number - 1]].width / 2 + gap + sizes[one].width / 2
        offsets.append(room)
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for wish, weight, offset in zip(wished, weights, offsets):
        mean, total, members = wish - offset, weight, 1
        while pools and pools[-1][0] > mean:
            other, heavy, several = pools.pop()
            mean = (mean * total + other * heavy) / (total + heavy)
            total, members = total + heavy, members + several
        pools.append((mean, total, members))
    number = 0
    for mean, _, members in pools:
        for _ in range(members):
            x[row[number]] = mean + offsets[number]
            number += 1


def _heights(rows: list[list[int]], sizes: list[Box], between: float) -> tuple[list[float], float]:
    """Centre of every layer, and the height of all."""
    centres, top = [], 0.0
    for row in rows:
        tallest = max((sizes[one].height for one in row), default=0.0)
        centres.append(top + tallest / 2)
        top += tallest + between
    return centres, max(0.0, top - between)
