"""Fewer rows than coefficients: refused before anything is summed, from every source, and never where there are enough."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wxb
from wxb.moments.as_json import moments_to_json
from wxb.passes.labelled import LabelledMoments
from wxb.passes.waiting import MOST_WAITING, Waiting

SOURCES = {
    "arrays": lambda frame, folder: (frame.drop(columns="y").to_numpy(), frame["y"].to_numpy()),
    "frame": lambda frame, folder: frame,
    "dict": lambda frame, folder: {name: frame[name].to_numpy() for name in frame},
    "arrow": lambda frame, folder: pa.table(frame),
    "batches": lambda frame, folder: pa.Table.from_batches(pa.table(frame).to_batches(max_chunksize=3)),
    "csv": lambda frame, folder: _written(folder / "a.csv", frame.to_csv(index=False)),
    "jsonl": lambda frame, folder: _written(folder / "a.jsonl", "\n".join(map(json.dumps, frame.to_dict("records")))),
    "parquet": lambda frame, folder: _parquet(folder / "a.parquet", frame),
    "files": lambda frame, folder: [
        _written(folder / f"{i}.csv", part.to_csv(index=False))
        for i, part in enumerate((frame[:2], frame[2:5], frame[5:]))
    ],
}


def _written(path, text):
    path.write_text(text)
    return path


def _parquet(path, frame):
    pq.write_table(pa.table(frame), path, row_group_size=3)
    return path


def _frame(rows, terms):
    numbers = np.random.default_rng(0).normal(size=(rows, terms + 1))
    return pd.DataFrame(numbers, columns=[*(f"c{i}" for i in range(terms)), "y"])


@pytest.mark.parametrize("precision", ["exact", "fast"])
@pytest.mark.parametrize("name", SOURCES)
def test_too_few_rows_are_refused_before_anything_is_summed(tmp_path, monkeypatch, name, precision):
    source = SOURCES[name](_frame(10, 10), tmp_path)
    target = {} if name == "arrays" else {"target": "y"}

    def never(*_arguments):
        raise AssertionError("something was summed")

    monkeypatch.setattr(LabelledMoments, "add", never)
    with pytest.raises(wxb.NumericalError, match="10 rows are too few for 11 coefficients"):
        wxb.fit(source, precision=precision, **target)


@pytest.mark.parametrize("name", SOURCES)
def test_enough_rows_are_enough(tmp_path, name):
    source = SOURCES[name](_frame(11, 9), tmp_path)
    model = wxb.fit(source, intercept=True, precision="fast", **({} if name == "arrays" else {"target": "y"}))
    assert model.n == 11


def test_held_blocks_are_all_in_the_sums(tmp_path):
    frame = _frame(40, 12)
    whole, parts = wxb.fit(frame, "y"), wxb.fit(SOURCES["files"](frame, tmp_path), "y")
    assert moments_to_json(whole.moments) == moments_to_json(parts.moments)
    assert whole.ranges == parts.ranges


class _Block:
    def __init__(self, rows):
        self.rows, self.features, self.frequency = rows, (), None


@given(st.lists(st.integers(0, 5), max_size=20), st.integers(0, 30))
def test_waiting_gives_every_block_once_and_in_order(sizes, needed):
    waiting, blocks = Waiting(needed), [_Block(rows) for rows in sizes]
    placed = [(block, part) for part, block in enumerate(blocks)]
    passed = [one for block, part in placed for one in waiting.pass_on(block, part)]
    assert passed + list(waiting.blocks) == placed
    assert bool(passed) == (bool(blocks) and sum(sizes) >= needed)


def test_what_waits_is_bounded(monkeypatch):
    """A block of 4 rows without features is 4 numbers."""
    monkeypatch.setattr("wxb.passes.waiting.MOST_WAITING", 10)
    waiting, blocks = Waiting(1000), [_Block(4) for _ in range(4)]
    assert [len(waiting.pass_on(block, 0)) for block in blocks] == [0, 0, 3, 1]


def test_what_waits_is_at_most_a_quarter_of_a_gigabyte():
    assert 8 * MOST_WAITING == 2**28
