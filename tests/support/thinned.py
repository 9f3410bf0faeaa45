"""Of many cases that are alike the quick run takes some, the same ones each time; `make test-slow` takes all.

`pairwise`: of a product, so many that any two values of two axes meet; `in_turn`: of two axes, each value of one with one in so
many of the other; `of_each`: of every kind the first, and one in so many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from itertools import combinations, product
from typing import Any
from zlib import crc32

import pytest


def pairwise(*axes: Iterable[Any]) -> list[Any]:
    """The product of the axes as cases of `parametrize`; those that bring no two values together anew are slow."""
    values = [list(axis) for axis in axes]
    everything = {case: set(combinations(enumerate(case), 2)) for case in product(*(range(len(of)) for of in values))}
    left = set().union(*everything.values())
    quick: set[tuple[int, ...]] = set()
    # of several that bring as many, one as if by lot: else the same values of two small axes meet again and again
    while left:
        best = max(everything, key=lambda case: (len(left & everything[case]), crc32(repr(case).encode())))
        quick.add(best)
        left -= everything[best]
    return [_case([of[place] for of, place in zip(values, case)], quick=case in quick) for case in everything]


def in_turn(step: int, one: Iterable[Any], other: Iterable[Any]) -> list[Any]:
    """The product of two axes; quick is every `step`-th case, of the next value the case beside it: all values of both are met."""
    pairs = product(enumerate(one), enumerate(other))
    return [_case([a, b], quick=(i + j) % step == 0) for (i, a), (j, b) in pairs]


def of_each(step: int, cases: Iterable[Any], kind: Callable[[Any], Hashable] = lambda _: None) -> list[Any]:
    """Cases of one argument; of every kind the first, and one in `step` after it, is quick."""
    met: Counter[Hashable] = Counter()
    chosen = []
    for case in cases:
        chosen.append(_case([case], quick=met[kind(case)] % step == 0))
        met[kind(case)] += 1
    return chosen


def _case(values: list[Any], quick: bool) -> Any:
    return pytest.param(*values) if quick else pytest.param(*values, marks=pytest.mark.slow)
