"""The index of a pandas frame in Parquet files and Arrow tables: no feature, unless it is asked for."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from support.notes import noted
from wxb.data.pandas_index import index_columns

FRAME = pd.DataFrame({"x": [1.0, 2, 3, 5, 8], "z": [1.0, 0, 0, 1, 1], "y": [2.0, 1, 4, 4, 7]})
FILTERED = FRAME[FRAME.x != 2]


def written(frame: pd.DataFrame, kind: str, folder: Path) -> Any:
    table = pa.Table.from_pandas(frame)
    path = folder / "t.parquet"
    frame.to_parquet(path)
    return {
        "parquet": lambda: path, "table": lambda: table, "reader": table.to_reader, "batch": lambda: table.to_batches()[0],
        "polars": lambda: pl.read_parquet(path), "duckdb": lambda: duckdb.from_arrow(table),
    }[kind]()  # fmt: skip


KINDS = ["parquet", "table", "reader", "batch", "polars", "duckdb"]


@pytest.mark.parametrize("kind", KINDS)
def test_that_has_no_name_is_no_feature(kind: str, tmp_path: Path) -> None:
    source = written(FILTERED, kind, tmp_path)
    model = wxb.fit(source, "y")
    assert noted("`__index_level_0__`: column of the index of a pandas table, no feature unless", model)
    expected = wxb.fit(FILTERED, "y")
    assert model.terms == ("x", "z")
    assert model.moments == expected.moments
    assert model.predict(written(FILTERED, kind, tmp_path)).tolist() == expected.predict(FILTERED).tolist()


@pytest.mark.parametrize("kind", ["parquet", "table", "reader"])
def test_that_has_a_name_is_no_feature_either(kind: str, tmp_path: Path) -> None:
    frame = FRAME.assign(year=[2001, 2003, 2004, 2007, 2009]).set_index("year")
    model = wxb.fit(written(frame, kind, tmp_path), "y")
    assert model.terms == ("x", "z")
    assert noted("`year`: column of the index", model)


def test_asked_for_it_is_a_column_like_any_other(tmp_path: Path) -> None:
    source = written(FILTERED, "parquet", tmp_path)
    model = wxb.fit(source, "y", features=["__index_level_0__"])
    assert model.terms == ("__index_level_0__",)
    assert wxb.fit(source, "__index_level_0__", features=["x"]).target == "__index_level_0__"
    assert list(wxb.fit(source, "y", features=["x"], by="__index_level_0__", missing="drop")) == [0, 2, 3, 4]


def test_of_several_levels_and_several_files(tmp_path: Path) -> None:
    frame = FRAME.set_axis(pd.MultiIndex.from_product([["a"], [3, 1, 4, 2, 9]], names=["g", "i"]))
    frame.to_parquet(tmp_path / "1.parquet")
    pq.write_table(pa.Table.from_pandas(frame).replace_schema_metadata(None), tmp_path / "0.parquet")
    model = wxb.fit(tmp_path / "*.parquet", "y")
    assert model.terms == ("x", "z")
    assert noted("`g`, `i`: columns of the index of a pandas table, no features unless", model)


def test_with_weights_of_their_own() -> None:
    model = wxb.fit(pa.Table.from_pandas(FILTERED), "y", weights=[1, 2, 3, 4])
    assert noted("__index_level_0__", model)
    assert model.terms == ("x", "z")
    model = wxb.fit((pa.Table.from_pandas(FILTERED[["x"]]), FILTERED.y.to_numpy()))
    assert noted("__index_level_0__", model)
    assert model.terms == ("x",)


def test_a_range_is_no_column(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert wxb.fit(written(FRAME, "parquet", tmp_path), "y").terms == ("x", "z")


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"\xff", b'{"index_columns": 3}', b'{"index_columns": [{"kind": "range"}, 3, null]}', b"[" * 99999]
)  # fmt: skip
def test_metadata_that_are_not_what_pandas_writes_say_nothing(text: bytes) -> None:
    assert index_columns(["x"], {b"pandas": text}) == frozenset()
    table = pa.table({"x": np.arange(3.0), "y": [1.0, 2, 4]}).replace_schema_metadata({b"pandas": text})
    assert wxb.fit(table, "y").terms == ("x",)
