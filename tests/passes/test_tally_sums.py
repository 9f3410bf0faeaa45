"""A tally of a pass is that of the rows, whatever blocks, threads and order they come in, to the last bit."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wxb.data.block import Block, Column
from wxb.data.labels import Labels, labels_of
from wxb.errors import NumericalError
from wxb.fields import Reader
from wxb.moments.kernels import choose
from wxb.moments.kernels.by_numpy import ByNumPy
from wxb.moments.tally import Tally
from wxb.passes.tally import TallySums

SCAN: Any = None  # a tally asks nothing of it


def block_of(rows: int = 400, seed: int = 1, **fields: Any) -> Block:
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal(rows) * 10.0 ** rng.integers(-3, 4, rows), rng.integers(0, 9, rows) / 1.0
    low = x * 2.0**-60 * rng.integers(-1, 2, rows)
    school = labels_of([f"s{i}" for i in rng.integers(0, 30, rows)])
    year = labels_of(rng.integers(1990, 2000, rows).tolist())
    return Block(0, rows, None, (Column(x, low), Column(y)), None, labels=(school, year), **fields)


def cut(block: Block, rows: Any) -> Block:
    """Some rows of a block, as a block with labels of its own."""
    features = tuple(Column(c.values[rows], None if c.low is None else c.low[rows]) for c in block.features)
    some = {n: None if getattr(block, n) is None else getattr(block, n)[rows] for n in ("weights", "frequency")}
    labels = tuple(labels_of([one.values[code] for code in one.codes[rows].tolist()]) for one in block.labels)
    return replace(block, source_rows=len(features[0].values), features=features, labels=labels, **some)


def products(block: Block) -> list[list[Column]]:
    x, y = block.features
    return [[], [x], [y], [x, x], [x, y]]


def tally_of(blocks: list[Block], threads: int = 1, places: tuple[int, ...] = (0, 1), kernel: Any = None) -> Tally:
    asked = TallySums(places, products, kernel=kernel)
    workers = [asked.new() for _ in range(threads)]
    for i, block in enumerate(blocks):
        workers[i % threads].add(block)
    for other in workers[1:]:
        workers[0].absorb(other)
    return workers[0].result(SCAN)


def by_fractions(block: Block, places: tuple[int, ...]) -> dict[Any, list[Fraction]]:
    x, y = block.features
    assert x.low is not None
    sums: dict[Any, list[Fraction]] = {}
    for i in range(block.rows):
        label = tuple(block.labels[p].values[block.labels[p].codes[i]] for p in places)
        a, b, w = Fraction(x.values[i]) + Fraction(x.low[i]), Fraction(y.values[i]), Fraction(1)
        w *= 1 if block.weights is None else Fraction(block.weights[i])
        w *= 1 if block.frequency is None else Fraction(block.frequency[i])
        if w:
            row = [w, w * a, w * b, w * a * a, w * a * b]
            sums[label] = [p + q for p, q in zip(sums.get(label, [Fraction(0)] * 5), row)]
    return dict(sorted(sums.items()))


@pytest.mark.parametrize("places", [(0,), (1,), (0, 1), (1, 0)])
@pytest.mark.parametrize("counted", [False, True])
def test_sums_are_those_of_fractions(places: tuple[int, ...], counted: bool) -> None:
    rng = np.random.default_rng(5)
    counts = {"weights": rng.random(400) * (rng.random(400) > 0.2), "frequency": rng.integers(0, 4, 400) * 1.0}
    block = block_of(**(counts if counted else {}))
    found, expected = tally_of([block], places=places), by_fractions(block, places)
    assert found.labels == tuple(expected)
    for cell, sums in enumerate(expected.values()):
        assert [found.exact(cell, column) for column in range(5)] == sums
    if counted:
        assert found.rows.sum() == (counts["frequency"] * (counts["weights"] > 0)).sum()


@pytest.mark.parametrize("kernel", [ByNumPy(), choose()])
@pytest.mark.parametrize("pieces", [1, 7, 100])
@pytest.mark.parametrize("threads", [1, 2])
def test_blocks_threads_and_order_leave_no_trace(kernel: Any, pieces: int, threads: int) -> None:
    block = block_of()
    order = np.random.default_rng(pieces).permutation(block.rows)
    pieced = [cut(block, rows) for rows in np.array_split(order, pieces)]
    whole, found = tally_of([block]), tally_of(pieced, threads, kernel=kernel)
    assert found == whole
    assert found.labels == whole.labels
    for mine, theirs in zip(found.pairs(), whole.pairs()):
        assert mine.tobytes() == theirs.tobytes()


def test_numbers_out_of_range_of_pairs_are_multiplied_as_fractions() -> None:
    x = np.array([1e300, 1e-300, 1e200, 3.0, 5e-324])
    one = Labels(np.zeros(5, dtype=np.int64), ("a",))
    block = Block(0, 5, None, (Column(x), Column(x)), None, labels=(one, one))
    found = tally_of([block], places=(0,))
    assert found.exact(0, 3) == sum(Fraction(v) ** 2 for v in x)


def test_a_state_goes_on_where_it_ended() -> None:
    block = block_of()
    half = tally_of([block])
    begun = TallySums((0, 1), products).new()
    begun.add(block)
    state = json.loads(json.dumps(begun.state(SCAN)))
    again = TallySums((0, 1), products).new()
    again.restore(Reader(state, "tally", Path("checkpoint.json")))
    again.add(block_of(seed=2))
    assert again.result(SCAN) == half + tally_of([block_of(seed=2)])


def test_a_number_that_is_not_finite_is_seen() -> None:
    block = block_of()
    block.features[1].values[7] = np.inf
    with pytest.raises(NumericalError, match="not finite"):
        tally_of([block])
