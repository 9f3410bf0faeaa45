"""Sums by tiles: the same bits however the tiles came, and no tile lost."""

from __future__ import annotations

import numpy as np
import pytest

from wxb.passes.tiles import Tree

NUMBERS = np.random.default_rng(5).normal(size=(1000, 3)) * np.logspace(-8, 8, 1000)[:, None]


def summed(cuts: list[int], first: int = 0) -> np.ndarray:
    whole = Tree()
    for start, stop in zip([0, *cuts], [*cuts, len(NUMBERS)]):
        one = Tree()
        if stop > start:
            one.extend(first + start, {"sums": NUMBERS[start:stop]})
        whole.absorb(one)
    return whole.total()["sums"]


@pytest.mark.parametrize("first", [0, 1, 37])
def test_any_cut_gives_the_same_bits(first):
    truth = summed([], first)
    assert truth == pytest.approx(NUMBERS.sum(axis=0), rel=1e-12)
    random = np.random.default_rng(1)
    for count in [1, 2, 7, 100, 999]:
        cuts = sorted(random.integers(0, len(NUMBERS), count).tolist())
        assert summed(cuts, first).tobytes() == truth.tobytes()


def test_tiles_without_rows_leave_no_trace():
    """A tile that is not there, and one of zeros, are the same: which of them comes depends on the blocks."""
    some, all_of_them = Tree(), Tree()
    some.extend(0, {"s": NUMBERS[:5]})
    some.extend(9, {"s": NUMBERS[9:30]})
    all_of_them.extend(0, {"s": np.concatenate([NUMBERS[:5], np.zeros((4, 3)), NUMBERS[9:30]])})
    assert some.total()["s"].tobytes() == all_of_them.total()["s"].tobytes()
    assert Tree().total() == {}


def test_a_tree_of_many_tiles_is_small():
    tree = Tree()
    for start in range(0, 1000, 10):
        tree.extend(start, {"s": NUMBERS[start : start + 10]})
    assert len(tree.nodes) < 12
