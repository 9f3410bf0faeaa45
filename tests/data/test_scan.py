"""A scan says what is read and stays as it is: it can be sent elsewhere, read twice, and what reading finds adds up."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reading import ROADS, Whole, read, refused, take
from data.test_excel import workbook
from wxb.data import Reading, Scan, Selection, open_table
from wxb.data.layout import SourceLayout

COLUMNS = {
    "a": [1, 2, None, 2**60 + 1, 5, 6],
    "paid": ["yes", "no", "yes", "no", "yes", "no"],
    "day": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-06"],
    "w": [1.0, 0.5, 1.0, 2.0, 0.0, 1.0],
    "g": ["x", "y", "x", "y", "x", "y"],
    "y": [1.5, 2.5, 3.5, 4.5, 5.5, 6.5],
}
CHOICE: dict[str, Any] = {"target": "y", "weights": "w", "by": "g", "missing": "drop"}


def _source(form: str, folder: Path) -> Any:
    rows = [dict(zip(COLUMNS, row)) for row in zip(*COLUMNS.values())]
    text = "\n".join(
        ",".join("" if cell is None else str(cell) for cell in row) for row in [COLUMNS, *(r.values() for r in rows)]
    )
    path = folder / f"t.{form}"
    match form:
        case "csv":
            path.write_text(text)
        case "csv.gz":
            path.write_bytes(gzip.compress(text.encode()))
        case "jsonl":
            path.write_text("\n".join(map(json.dumps, rows)))
        case "parquet":
            pq.write_table(pa.table(COLUMNS), path, row_group_size=2)
        case "xlsx":
            return workbook(path, one=[list(COLUMNS), *(list(row.values()) for row in rows)])
        case "dict":
            return COLUMNS
        case "pandas":
            return pd.DataFrame(COLUMNS)
        case "polars":
            return pl.DataFrame(COLUMNS)
        case "arrow":
            return pa.table(COLUMNS)
    return path


def _everything(scan: Scan) -> str:
    whole = Whole(scan)
    return repr(
        (scan.terms, whole.scan.kinds, whole.X, whole.y, whole.weights, whole.labels, whole.row_numbers, whole.reading)
    )


FORMS = ["csv", "csv.gz", "jsonl", "parquet", "xlsx", "dict", "pandas", "polars", "arrow"]


@pytest.mark.parametrize("form", FORMS)
def test_a_scan_sent_elsewhere_reads_the_same(form: str, tmp_path: Path) -> None:
    scan = open_table(_source(form, tmp_path), layout=SourceLayout(where="y < 6 and g != 'z'")).scan(
        Selection(**CHOICE)
    )
    there = pickle.loads(pickle.dumps(scan))  # noqa: S301
    assert _everything(there) == _everything(scan)
    assert _everything(there) == _everything(scan)  # and once more


@pytest.mark.parametrize("road", ROADS)
def test_both_roads_of_a_text_can_be_sent(road: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(road, monkeypatch)
    scan = open_table(_source("csv", tmp_path)).scan(Selection(**CHOICE))
    assert _everything(pickle.loads(pickle.dumps(scan))) == _everything(scan)  # noqa: S301


@pytest.mark.parametrize("rows", [3, 5000])
def test_arrays_can_be_sent_read_either_way(rows: int) -> None:
    X = np.arange(2.0 * rows).reshape(rows, 2)
    X[1, 0] = np.nan
    scan = open_table((X, X[:, 1])).scan(Selection(target="y", missing="drop"))
    assert (scan.unproven is not None) == (rows == 5000)
    assert _everything(pickle.loads(pickle.dumps(scan))) == _everything(scan)  # noqa: S301


def test_tables_say_whether_they_can_be_read_again() -> None:
    reader = pa.table({"x": [1.0], "y": [2.0]}).to_reader()
    assert not open_table(reader).rereadable
    assert open_table(pa.table({"x": [1.0], "y": [2.0]})).rereadable


READINGS = st.builds(
    Reading,
    rows=st.integers(0, 9),
    dropped=st.integers(0, 9),
    left_out=st.integers(0, 9),
    missing=st.dictionaries(st.sampled_from("abc"), st.integers(1, 3)),
    notes=st.lists(st.sampled_from(["one", "two", "three"]), unique=True).map(tuple),
    inexact=st.frozensets(st.integers(0, 3)),
)


@given(READINGS, READINGS, READINGS)
def test_readings_add_up_however_they_are_put_together(a: Reading, b: Reading, c: Reading) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + Reading() == Reading() + a == a
    assert (a + b).notes[: len(a.notes)] == a.notes


def test_frequencies_are_whole_numbers_beside_weights() -> None:
    columns = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 3.0], "w": [0.5, 1.0, 1.0], "n": [2, 0, 3]}
    whole = read(columns, "y", weights="w", frequency="n")
    assert whole.scan.terms == ("x",)
    assert whole.weights.tolist() == [0.5, 1.0], "a row of frequency 0 is not there"
    assert np.concatenate([block.frequency for block in whole.blocks]).tolist() == [2, 3]
    assert "1 frequency that is no count: row 2, column `n`: `0.5`" in refused(
        {**columns, "n": [1, 0.5, 1]}, frequency="n"
    )
    assert "no count: row 1, column `n`" in refused({**columns, "n": [-1, 1, 1]}, frequency="n")
