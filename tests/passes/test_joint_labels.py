"""Labels of a block: of one column as they are, of several as tuples."""

from __future__ import annotations

import numpy as np

from wxb.data import Block, Column, Labels
from wxb.passes.labels import by_label

RANDOM = np.random.default_rng(7)
CODES = [RANDOM.integers(0, size, 500) for size in (3, 40, 2**21)]
COLUMNS = tuple(Labels(codes, tuple(range(size))) for codes, size in zip(CODES, (3, 40, 2**21)))
BLOCK = Block(0, 500, None, (Column(np.zeros(500)),), labels=COLUMNS)


def test_one_column_has_its_own_labels() -> None:
    codes, values = by_label(1)(BLOCK)
    assert codes is COLUMNS[1].codes
    assert values is COLUMNS[1].values


def test_several_columns_have_tuples_and_only_those_that_occur() -> None:
    codes, values = by_label(2, 0, 1, 2, 2)(BLOCK)  # 2^63 products of sizes and more
    assert [values[code] for code in codes] == [(c, a, b, c, c) for a, b, c in zip(*map(np.ndarray.tolist, CODES))]
    assert sorted(set(codes.tolist())) == list(range(len(values)))


def test_no_row_has_no_label() -> None:
    empty = Block(0, 0, None, (), labels=(Labels(np.zeros(0, np.int64), ("a",)),) * 2)
    codes, values = by_label(0, 1)(empty)
    assert len(codes) == len(values) == 0
