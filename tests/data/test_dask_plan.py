"""Who does what on a cluster: how parts go together into tasks, and what these come to into a tree. Dask need not be there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from wxb.data.dask_plan import FAN, MOST, OPENED, longest_first, shares, tree, weight


def tasks(weights: list[float], threads: int) -> list[float]:
    """The weight of each task; every part is in one, in order."""
    several = shares(weights, threads)
    assert (several[0].start, several[-1].stop) == (0, len(weights))
    assert all(one.stop == other.start for one, other in pairwise(several))
    assert all(one.stop > one.start for one in several)
    return [sum(weights[own]) for own in several]


@pytest.mark.parametrize("threads", [1, 2, 5, 16])
@pytest.mark.parametrize("parts", [80, 333, 1000])
def test_tasks_are_few_and_the_last_ones_short(parts: int, threads: int) -> None:
    made = tasks([260_000] * parts, threads)
    assert len(made) <= 8 * threads or set(made) == {260_000}
    whole = sum(made) / threads
    assert max(made) <= whole / 4 + 260_000
    assert max(made[-threads:]) <= whole / 12 + 260_000


@dataclass
class Thread:
    over: float = 0.0


@pytest.mark.parametrize(
    "weights",
    [
        [20e6, *[OPENED + 100.0] * 3000],
        [*[OPENED + 100.0] * 3000, 20e6],
        [*[OPENED + 100.0] * 1500, 20e6, *[OPENED + 100.0] * 1500],
    ],
    ids=["before", "behind", "amid"],
)
def test_a_giant_part_is_alone_and_first_and_tiny_ones_go_together(weights: list[float]) -> None:
    several = shares(weights, 2)
    assert sum(own.stop - own.start == 1 and weights[own.start] == 20e6 for own in several) == 1
    assert len(several) <= 16
    made = tasks(weights, 2)
    turns = longest_first(made)
    assert turns[made.index(20e6)] == 0 or max(made) > 20e6
    threads = [Thread(), Thread()]
    for place in sorted(range(len(made)), key=turns.__getitem__):
        min(threads, key=lambda one: one.over).over += made[place]
    assert max(one.over for one in threads) <= 1.1 * max(sum(weights) / 2, 20e6)


def test_a_single_part_no_more_than_there_are_threads_and_the_bound_of_a_task() -> None:
    assert tasks([5.0], 3) == [5.0]
    assert tasks([1e6] * 3, 2) == [1e6] * 3
    assert tasks([0.0] * 3, 1)  # none has a weight
    assert max(tasks([1e6] * 10_000, 1)) <= MOST + 1e6


def test_a_part_weighs_its_rows_or_its_bytes_and_what_opening_takes() -> None:
    file = SimpleNamespace(size=64_000)
    assert weight(SimpleNamespace(rows=7, file=file)) == OPENED + 7
    assert weight(SimpleNamespace(rows=None, file=file)) == OPENED + 1000
    assert weight(SimpleNamespace(rows=None)) == OPENED


def test_the_longest_have_the_first_turns_and_equals_keep_their_order() -> None:
    assert longest_first([3, 9, 3, 10]) == [2, 1, 3, 0]


@pytest.mark.parametrize("count", [1, 2, FAN, FAN + 1, 12, 21, FAN * FAN, FAN * FAN + 1, 1000])
def test_a_tree_keeps_the_order_and_the_last_come_to_its_root(count: int) -> None:
    merges = list[int]()

    def join(level: int, place: int, *near: Any) -> Any:
        merges.append(len(near))
        return [one for some, __ in near for one in some], 1 + max(depth for __, depth in near)

    found, depth = tree([([place], 0) for place in range(count)], join)
    assert found == list(range(count))
    assert all(2 <= one <= FAN for one in merges)
    assert FAN ** (depth - 1) < count <= FAN**depth
    assert len(merges) <= -(-(count - 1) // (FAN - 1)) + depth


def test_names_of_merges_differ() -> None:
    names = list[tuple[int, int]]()

    def join(level: int, place: int, *near: Any) -> Any:
        names.append((level, place))
        return near

    tree(range(1000), join)
    assert len(set(names)) == len(names)
