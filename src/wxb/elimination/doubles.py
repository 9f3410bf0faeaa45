"""Sums of products of pairs of doubles, by cell: the products to 2^−100, the sums exact (`wxb.moments.digits`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wxb._typing import Integers, Vector
from wxb.moments.digits import Digits
from wxb.moments.pairs import Pair, two_product


def parts_of(a: Pair, b: Pair) -> list[Vector]:
    """a·b as three doubles."""
    high, rest = two_product(a[0], b[0])
    return [high, rest, a[0] * b[1] + a[1] * b[0]]


def summed(parts: Sequence[Vector], cells: Integers, count: int) -> Pair:
    """(count,) sums of all parts by the cell of each row."""
    sums = Digits(1)
    sums.grow(count)
    sums.add([list(parts)], cells)
    high, low = sums.pairs()
    return high[:count, 0], low[:count, 0]


def at(pair: Pair, places: Integers) -> Pair:
    return pair[0][places], pair[1][places]


def zeros(count: int) -> Pair:
    return np.zeros(count), np.zeros(count)


def components(first: Integers, second: Integers, counts: tuple[int, int]) -> Integers:
    """(counts[1],) of each second node the smallest one that edges (first, second) join it to."""
    labels = np.arange(counts[1])
    while True:
        near = np.full(counts[0], counts[1])
        np.minimum.at(near, first, labels[second])
        found = labels.copy()
        np.minimum.at(found, second, near[first])
        found = found[found]
        if np.array_equal(found, labels):
            return labels
        labels = found
