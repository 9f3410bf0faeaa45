"""The same table gives the same bits, whatever it is written as and however it is cut."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reading import ROADS, Whole, read, take
from wxb.data import Selection, arrays, arrow, csv_fast, csv_part, frames, open_table
from wxb.data.block import block_rows

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SMALL = st.integers(-(2**53) + 1, 2**53 - 1)
WIDE = st.integers(-(2**63), 2**63 - 1)
TABLES = st.integers(1, 12).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "a": st.lists(FINITE, min_size=n, max_size=n),
            "b": st.lists(SMALL, min_size=n, max_size=n),
            "c, \"d\"\n한글 🙂": st.lists(st.booleans(), min_size=n, max_size=n),
            "e": st.lists(WIDE, min_size=n, max_size=n),
            "y": st.lists(FINITE, min_size=n, max_size=n),
        }
    )
)  # fmt: skip


def as_csv(columns: dict[str, list[Any]], path: Path) -> None:
    import csv

    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(
            [str(c).upper() if isinstance(c, bool) else repr(c) for c in row] for row in zip(*columns.values())
        )


def bits(whole: Whole) -> tuple[Any, ...]:
    def plain(column: tuple[list[float], list[float]]) -> list[tuple[str, str]]:
        return [((v + 0.0).hex(), (r + 0.0).hex()) for v, r in zip(*column)]

    return whole.scan.terms, [plain(column) for column in whole.X], plain(whole.y), whole.row_numbers


@settings(max_examples=60)
@given(TABLES)
def test_every_format_reads_the_same(columns: dict[str, list[Any]]) -> None:
    expected = bits(read(columns))
    with TemporaryDirectory() as folder:
        as_csv(columns, Path(folder, "t.csv"))
        table = pa.table(columns)
        pq.write_table(table, Path(folder, "t.parquet"), row_group_size=5)
        assert bits(read(Path(folder, "t.parquet"))) == expected
        careful = read(Path(folder, "t.csv"))
        with pytest.MonkeyPatch.context() as patch:
            take("fast", patch)
            fast = read(Path(folder, "t.csv"))
    assert bits(fast) == bits(careful)
    # A double of 2^53 or more written without a point reads as an integer: the same number, the same bits.
    assert bits(careful) == expected
    for other in (table, table.to_reader(), pd.DataFrame(columns), pl.DataFrame(columns)):
        assert bits(read(other)) == expected
    assert bits(read({name: np.array(column) for name, column in columns.items()})) == expected


@settings(max_examples=40)
@given(st.lists(st.tuples(FINITE, FINITE, FINITE), min_size=1, max_size=20))
def test_arrays_and_columns_read_the_same(rows: list[tuple[float, float, float]]) -> None:
    data = np.array(rows)
    expected = bits(read({"x1": data[:, 0], "x2": data[:, 1], "y": data[:, 2]}))
    for X in (data[:, :2], np.asfortranarray(data[:, :2]), data[:, :2].tolist(), data[:, :2].astype(">f8")):
        assert bits(read((X, data[:, 2]))) == expected


@settings(max_examples=30)
@given(
    st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=1, max_size=40).filter(
        lambda c: any(v is not None for v in c)
    ),
    st.integers(1, 9),
)
def test_row_numbers_do_not_depend_on_the_cutting(column: list[int | None], size: int) -> None:
    y = list(range(len(column)))
    expected = [i for i, value in enumerate(column) if value is not None]
    table = pa.table({"x": pa.array(column, pa.int64()), "y": y})
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        pd.DataFrame({"x": pd.array(column, "Int64"), "y": y}).to_csv(Path(folder, "t.csv"), index=False)
        pq.write_table(table, Path(folder, "t.parquet"), row_group_size=size)
        halves = [Path(folder, "a.csv"), Path(folder, "b.csv")]
        lines = Path(folder, "t.csv").read_text().splitlines(keepends=True)
        halves[0].write_text("".join(lines[: 1 + len(column) // 2]))
        halves[1].write_text("".join([lines[0], *lines[1 + len(column) // 2 :]]))
        for module in (csv_part, frames, arrow, arrays):
            patch.setattr(module, "block_rows", lambda columns: size)
        sources = [Path(folder, "t.csv"), Path(folder, "t.parquet"), table, halves, {"x": column, "y": y}]
        for source in [*sources, pa.Table.from_batches(table.to_batches(max_chunksize=size))]:
            whole = read(source, missing="drop")
            assert whole.row_numbers == expected
            assert whole.y[0] == expected
            assert whole.reading.dropped == len(column) - len(expected)


@pytest.mark.parametrize("road", ROADS)
def test_a_larger_file_reads_the_same_on_both_roads(road: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(70_000, 3)) * 10.0 ** rng.integers(-9, 9, size=(70_000, 3))
    pd.DataFrame(X, columns=["a", "b", "y"]).to_csv(tmp_path / "t.csv", index=False)
    take(road, monkeypatch)
    if road == "fast":
        monkeypatch.setattr(csv_part.TextReading, "_careful_rows", None)  # DuckDB must do it alone
    whole = read(tmp_path / "t.csv")
    assert np.array_equal(np.array([whole.X[0][0], whole.X[1][0], whole.y[0]]).T, X)
    assert whole.row_numbers == list(range(70_000))
    assert not whole.notes


@pytest.mark.parametrize("at", [0, 6000, 8999])
@pytest.mark.parametrize("cell", ["9007199254740993", "NA", " NA ", "maybe"])
def test_duckdb_hands_over_at_any_row(at: int, cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (csv_part, csv_fast):
        monkeypatch.setattr(module, "block_rows", lambda columns: 4096)  # so that few rows are several blocks
    rows = [f"{i / 4},{i}\n" for i in range(9000)]
    rows[at] = f"{cell},{at}\n"
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(rows))
    results = []
    for road in ROADS:
        take(road, monkeypatch)
        try:
            whole = read(tmp_path / "t.csv", missing="drop")
            results.append((bits(whole), whole.notes, whole.reading.dropped, whole.scan.integral))
        except Exception as error:
            results.append(str(error))
    assert results[0] == results[1]


def test_blocks_are_views_of_arrays() -> None:
    X, y = np.arange(12.0).reshape(6, 2), np.arange(6.0)
    block = next(iter(open_table((X, y)).scan(Selection(target="y")).blocks()))
    assert block.target is not None
    assert np.shares_memory(block.features[1].values, X)
    assert np.shares_memory(block.target.values, y)


def test_wide_tables_come_in_lower_blocks() -> None:
    X = np.zeros((3000, 5000))
    blocks = list(open_table((X, X[:, 0])).scan(Selection(target="y")).blocks())
    assert [block.rows for block in blocks] == [2048, 952]
    assert [block_rows(columns) for columns in (1, 16, 32, 10**6)] == [65_536, 65_536, 32_768, 2048]
