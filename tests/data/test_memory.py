"""Tables in memory: arrays, lists, tensors, frames, dicts, Arrow streams; and Parquet and JSON lines, typed like them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.reading import exact, nanoseconds_in, read, refused
from wxb.data import Selection, open_table
from wxb.errors import DataError

X3, Y3 = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])


class Sparse:
    """What SciPy's sparse matrices show of themselves."""

    shape = (3, 2)

    def tocsr(self) -> Sparse:
        return self


class TestArrays:
    def test_names(self) -> None:
        assert read((X3, Y3)).scan.terms == ("x",)
        assert read((np.ones((3, 2)), Y3)).scan.terms == ("x1", "x2")
        frame = pd.DataFrame({"hours": X3, "age": Y3})
        whole = read((frame, pd.Series(Y3, name="score")), "score")
        assert whole.scan.terms == ("hours", "age")
        assert read((frame["hours"], Y3)).scan.terms == ("hours",)
        assert read((pl.DataFrame({"hours": X3}), pl.Series("score", Y3)), "score").scan.terms == ("hours",)
        assert open_table((np.ones((3, 2)), Y3)).columns == ("x1", "x2", "y")

    @pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "i1", "u1", "i4", "i8", "u8", "?", ">f4", ">i8"])
    def test_every_type_is_exact(self, dtype: str) -> None:
        X = np.array([[0, 1], [1, 0], [1, 1]]).astype(dtype)
        whole = read((X, Y3))
        assert whole.X[0][0] == [0, 1, 1]
        assert whole.scan.integral == (X.dtype.kind != "f",) * 2 + (False,)
        assert whole.X[0][1] == [0, 0, 0]

    def test_float32_is_taken_as_it_is(self) -> None:
        values = np.float32([0.1, 1e-40, 3e38])
        assert read((values, Y3)).X[0][0] == [float(v) for v in values]

    @pytest.mark.parametrize("dtype", ["i8", "u8"])
    def test_large_integers(self, dtype: str) -> None:
        large = [2**53 + 1, 2**63 - 1, 0 if dtype == "u8" else -(2**63) + 1, 2**64 - 1 if dtype == "u8" else -(2**63)]
        X = np.array([large, large], dtype=dtype).T
        whole = read((X, np.arange(4)))
        assert exact(whole.X[1]) == large
        assert whole.notes == [
            f"column `x{i}` has integers above 2^53, more digits than a float64 holds: all are kept exactly"
            for i in (1, 2)
        ]
        assert exact(read(([2**53 + 1, 2.5, 3], Y3)).X[0])[0] == 2**53 + 1
        assert exact(read(([[2**53 + 1, 2.5], [10**20, 1]], [1, 2])).X[0]) == [2**53 + 1, 10**20]

    def test_long_doubles(self) -> None:
        values = np.longdouble(1) + np.longdouble(2) ** -60 * np.arange(3)
        column = read((values, Y3)).X[0]
        assert [Fraction(v) + Fraction(r) for v, r in zip(*column)] == [1 + Fraction(i, 2**60) for i in range(3)]

    def test_values_near_the_limits_pass(self) -> None:
        values = np.array([1.7e308, 1.7e308, 5e-324])
        assert read((values, Y3)).X[0][0] == values.tolist()

    @pytest.mark.torch
    def test_tensors(self) -> None:
        import torch

        X = torch.tensor([[1.0], [2.0], [3.0]], requires_grad=True)
        assert read((X, torch.tensor([[2.0], [4.0], [6.0]]))).X[0][0] == [1, 2, 3]
        assert read((X.to(torch.bfloat16), torch.tensor([1, 2, 3]))).scan.integral == (False, True)
        assert "sparse" in refused((X.detach().to_sparse(), Y3))

    @pytest.mark.parametrize(
        ("X", "y", "words"),
        [
            (np.ones((3, 2)), np.ones(4), "X has 3 rows and y has 4"),
            (np.ones((3, 2, 1)), Y3, "X has shape (3, 2, 1)"),
            (np.array(3.0), Y3, "X has shape ()"),
            (X3, np.ones((3, 2)), "y has shape (3, 2): (n,) expected"),
            (np.ones((0, 2)), np.ones(0), "there are no data rows"),
            (X3 + 1j, Y3, "X is complex (complex128)"),
            (np.array(["a", "b", "c"]), Y3, "X is an array of text"),
            (["1", "2", "3"], Y3, "X is an array of text"),
            (
                np.array([1, "b", None], dtype=object),
                Y3,
                "X is an array of Python objects: row 2, column 1 is 'b' (str)",
            ),
            ([[1, 2], [3, None]], [1, 2], "X is an array of Python objects: row 2, column 2 is None (NoneType)"),
            ([[1, 2], [3]], [1, 2], "X: its rows have different lengths"),
            (np.ma.masked_array(X3, [True, False, False]), Y3, "X is a masked array"),
            (Sparse(), Y3, "X is a sparse matrix"),
            ("ab", Y3, "X is a str"),
            (X3, np.zeros(3, dtype="i4,f8"), "y is an array of records"),
            (pd.DataFrame({"a": X3}), np.ones(4), "X has 3 rows and y has 4"),
        ],
    )
    def test_what_does_not_fit(self, X: Any, y: Any, words: str) -> None:
        assert words in refused((X, y))

    def test_missing_and_infinite(self) -> None:
        X = np.arange(140_000.0).reshape(70_000, 2)
        y = np.arange(70_000.0)
        X[3, 1] = X[66_000, 0] = y[3] = np.nan
        message = refused((X, y))
        assert "3 missing values: row 4, column `x2`; row 4, column `y`; row 66001, column `x1`" in message
        whole = read((X, y), missing="drop")
        assert whole.rows == 69_998
        assert whole.reading.dropped == 2
        assert whole.notes == ["2 of 70000 rows dropped: missing x2 (1), y (1), x1 (1)"]
        assert whole.y[0] == [i for i in range(70_000) if i not in (3, 66_000)]
        X[66_001, 1] = -np.inf
        assert "1 infinite value: row 66002, column `x2`: `-inf`" in refused((X, y), missing="drop")

    def test_features_and_weights(self) -> None:
        X = np.arange(6.0).reshape(3, 2)
        assert read((X, Y3), features=["x2"]).X == [([1, 3, 5], [0, 0, 0])]
        assert read(X, None).scan.terms == ("x1", "x2")
        whole = read((X, Y3, [1, 2, 3]), weights="w")
        assert whole.weights is not None
        assert whole.weights.tolist() == [1, 2, 3]
        assert whole.scan.terms == ("x1", "x2")
        assert "there is no column `score`; the columns are `x`, `y`" in refused((X3, Y3), "score")


def typed() -> pa.Table:
    return pa.table(
        {
            "ns": pa.array([2**60 + 1, None, 5], pa.timestamp("ns")),
            "day": pa.array([date(2024, 1, 5), None, date(1970, 1, 1)]),
            "short": pa.array([Decimal("0.10"), None, Decimal("-2.50")], pa.decimal128(10, 2)),
            "long": pa.array([Decimal("0.1234567890123456789"), None, Decimal("1E-19")], pa.decimal128(30, 19)),
            "whole": pa.array([2**70 + 1, None, 3], pa.decimal128(38, 0)),
            "flag": pa.array([True, None, False]),
            "word": pa.array(["yes", None, "No"]),
            "coded": pa.array(["yes", None, "no"]).dictionary_encode(),
            "half": pa.array(np.float16([0.5, 1, 2]), mask=np.array([False, True, False])),
            "int": pa.array([2**62 + 1, None, -1], pa.int64()),
            "time": pa.array([1, None, 3], pa.time32("ms")),
            "span": pa.array([1, None, 3], pa.duration("us")),
            "y": pa.array([1.0, 2.0, 3.0]),
        }
    )


SECOND = {
    "ns": 5 / 86_400e9,
    "day": 0,
    "short": -2.5,
    "long": 1e-19,
    "flag": 0,
    "word": 0,
    "coded": 0,
    "half": 2,
    "int": -1,
    "time": 3 / 86_400e3,
    "span": 3 / 86_400e6,
}


@pytest.mark.parametrize(
    "kind", ["table", "reader", "batch", "sliced", "parquet", "polars", "pandas", "columns", "duckdb"]
)
def test_types_of_arrow(kind: str, tmp_path: Path) -> None:
    table = typed()
    if kind in ("polars", "duckdb"):
        table = table.drop_columns(["half", "whole", "time", "span"])
    sources: dict[str, Any] = {
        "table": lambda: table,
        "reader": table.to_reader,
        "batch": lambda: table.to_batches()[0],
        "sliced": lambda: pa.concat_tables([table.take([1, 0, 1]), table]).combine_chunks().slice(3, 3),
        "parquet": lambda: pq.write_table(table, tmp_path / "t.parquet") or tmp_path / "t.parquet",
        "polars": lambda: pl.from_arrow(table),
        "pandas": lambda: table.to_pandas(types_mapper=pd.ArrowDtype),
        "columns": lambda: dict(zip(table.column_names, table.columns)),
        "duckdb": lambda: duckdb.from_arrow(table),
    }
    whole = read(sources[kind](), missing="drop")
    found = dict(zip(whole.scan.terms, whole.X))
    found = {term.partition("[")[0]: column for term, column in found.items()}
    assert whole.row_numbers == [0, 2]
    assert {"flag[TRUE]", "word[yes]"} <= set(whole.scan.terms)
    for name, value in SECOND.items():
        if name in found:
            assert found[name][0][1] == value, name
    if kind not in ("duckdb",):
        assert nanoseconds_in(found["ns"]) == [2**60 + 1, 5]
        assert "`ns`: instants, in days since 1970-01-01" in whole.notes
    assert found["short"][0] == [0.1, -2.5]
    assert exact(found["int"]) == [2**62 + 1, -1]
    if "whole" in found:
        assert exact(found["whole"]) == [2**70 + 1, 3]
    long = Fraction(found["long"][0][0]) + Fraction(found["long"][1][0])
    assert abs(long - Fraction("0.1234567890123456789")) < Fraction(1, 10**30)
    assert found["day"][0][0] == 19727


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pa.array([[1], [2], [3]]), "column `x` is of type list<"),
        (pa.array([{"a": 1}] * 3), "column `x` is of type struct<a"),
        (pa.array([b"1", b"2", b"3"]), "column `x` is of type binary"),
        (
            pa.array(["a", "b", "a"]),
            "column `x` holds text, not numbers, 2 different values: row 1: `a`; row 2: `b`; row 3: `a`",
        ),
        (pa.array(["a", "b", "c"]), "3 different values in 3 rows, an identifier (row 1: `a`"),
        (pa.nulls(3), "column `x` has no values"),
        (pa.array([None, None, None], pa.float64()), "column `x` has no values: all 3 are missing"),
        (pa.array([1.0, np.inf, np.nan]), "1 infinite value: row 2, column `x`; 1 missing value: row 3, column `x`"),
    ],
)
def test_arrow_columns_that_are_no_numbers(column: pa.Array, words: str, tmp_path: Path) -> None:
    table = pa.table({"x": column, "y": Y3})
    assert words in refused(table)
    pq.write_table(table, tmp_path / "t.parquet")
    assert words in refused(tmp_path / "t.parquet")
    assert read(table, features=[]).rows == 3


def test_streams_are_read_once_and_say_so() -> None:
    table = pa.table({"x": X3, "y": Y3})
    opened = open_table(table.to_reader())
    with pytest.raises(DataError, match="there is no column"):
        opened.scan(Selection(target="z"))
    scan = opened.scan(Selection(target="y"))
    assert sum(block.rows for block in scan.blocks()) == 3
    for again in (lambda: list(scan.blocks()), lambda: opened.scan(Selection(target="y"))):
        with pytest.raises(DataError, match="stream was read already"):
            again()
    twice = open_table(table)
    assert [sum(b.rows for b in twice.scan(Selection(target="y")).blocks()) for _ in range(2)] == [3, 3]


def test_a_stream_that_breaks_off() -> None:
    schema = pa.schema({"x": pa.float64(), "y": pa.float64()})

    def batches() -> Any:
        yield pa.record_batch({"x": X3, "y": Y3})
        raise pa.ArrowInvalid("the wire was cut")

    assert "broke off after 3 rows: the wire was cut" in refused(pa.RecordBatchReader.from_batches(schema, batches()))
    assert "no data rows" in refused(pa.RecordBatchReader.from_batches(schema, []))


class TestColumns:
    @pytest.mark.parametrize(
        "column",
        [
            [1, 2, 3], (1, 2, 3), range(1, 4), np.array([1, 2, 3]), pd.Series([1, 2, 3]), pl.Series([1, 2, 3]),
            pa.array([1, 2, 3]), pd.Series([1, 2, 3], dtype="Int64"), [Decimal(1), Fraction(2), np.int8(3)],
            [True, 2, 3], np.array([1, 2, 3], dtype=object),
        ],
    )  # fmt: skip
    def test_kinds_of_columns(self, column: Any) -> None:
        whole = read({"x": column, "y": Y3})
        assert whole.X[0] == ([1, 2, 3], [0, 0, 0])
        assert whole.scan.integral == (True, False)

    def test_objects(self) -> None:
        whole = read({"x": [None, 2**100 + 1, Fraction(1, 3)], "b": ["yes", "no", "yes"], "y": Y3}, missing="drop")
        assert whole.scan.terms == ("x", "b[yes]")
        assert exact(whole.X[0])[0] == 2**100 + 1
        third = Fraction(whole.X[0][0][1]) + Fraction(whole.X[0][1][1])
        assert abs(third - Fraction(1, 3)) < Fraction(1, 2**106)
        assert read({"x": [True, False, None], "y": Y3}, missing="drop").scan.terms == ("x[TRUE]",)

    def test_times(self) -> None:
        when = np.array(["2024-01-05T00:00:00.000000001", "1970-01-01", "NaT"], dtype="datetime64[ns]")
        for source in ({"x": when, "y": Y3}, pd.DataFrame({"x": when, "y": Y3}), (when, Y3)):
            whole = read(source, missing="drop")
            assert nanoseconds_in(whole.X[0]) == [1704412800000000001, 0]
            assert whole.notes[0] == "`x`: instants, in days since 1970-01-01"

    @pytest.mark.parametrize(
        ("columns", "words"),
        [
            ({"x": [1, 2], "y": [1]}, "column `x` has 2 rows and column `y` has 1"),
            ({"x": [], "y": []}, "there are no data rows"),
            ({}, "has no columns"),
            ({"x": [1, "b", 3], "y": Y3}, "1 cell that is no number: row 2, column `x`: `b`"),
            ({"x": ["a", "b", "c"], "y": Y3}, "3 different values in 3 rows, an identifier"),
            ({"x": [None] * 3, "y": Y3}, "column `x` has no values: all 3 are missing"),
            ({"x": [1j, 2j, 3], "y": Y3}, "column `x` does not hold numbers: row 1: 1j (complex)"),
            ({"x": np.array([1j, 2, 3]), "y": Y3}, "column `x` is complex"),
            ({"x": np.ones((3, 2)), "y": Y3}, "column `x` has shape (3, 2)"),
            (
                {"x": [datetime(2024, 1, 1), timedelta(1), None], "y": Y3},
                "`x` begins with instants (without a time zone)",
            ),
            ({"x": [datetime(2024, 1, 1), 5, None], "y": Y3}, "1 cell that is no number: row 2, column `x`: `5`"),
            ({"x": np.array([1, 2, 3], dtype="m8[M]"), "y": Y3}, "months and years have no fixed length"),
            ({"hours": X3, "Score": Y3}, "did you mean `Score`?"),
        ],
    )
    def test_what_does_not_fit(self, columns: Any, words: str) -> None:
        assert words in refused(columns, "score" if "hours" in columns else "y")

    def test_frames(self) -> None:
        frame = pd.DataFrame({"x": [1.0, np.nan, 3], "c": pd.Categorical(["yes", "no", "yes"]), 0: [1, 2, 3]})
        whole = read(frame, "0", missing="drop")
        assert whole.scan.terms == ("x", "c[yes]")
        assert whole.row_numbers == [0, 2]
        frame.columns = pd.Index(["x", "x", "y"])
        assert "occurs twice" in refused(frame)


@pytest.fixture(params=["csv", "parquet", "pandas", "dict", "jsonl", "polars"])
def groups(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    columns: dict[str, list[Any]] = {
        "school": ["b", "a", None, "b", "한"], "x": [1.0, 2, 3, 4, 5], "w": [1.0, 0, 2, 3, 1], "y": [1.0, 2, 3, 4, 6],
    }  # fmt: skip
    frame = pd.DataFrame(columns)
    if request.param == "csv":
        frame.to_csv(tmp_path / "t.csv", index=False)
        return tmp_path / "t.csv"
    if request.param == "parquet":
        frame.to_parquet(tmp_path / "t.parquet")
        return tmp_path / "t.parquet"
    if request.param == "jsonl":
        rows = [dict(zip(columns, row)) for row in zip(*columns.values())]
        (tmp_path / "t.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
        return tmp_path / "t.jsonl"
    return {"pandas": frame, "dict": columns, "polars": pl.DataFrame(columns)}[request.param]


def test_groups_and_weights(groups: Any) -> None:
    whole = read(groups, by="school", weights="w", missing="drop")
    assert whole.scan.terms == ("x",)
    assert whole.labels == ["b", "a", "b", "한"]
    assert whole.weights is not None
    assert whole.weights.tolist() == [1, 0, 3, 1]
    assert whole.row_numbers == [0, 1, 3, 4]
    assert whole.notes == ["1 of 5 rows dropped: missing school (1)"]
    assert "1 missing value: " in refused(groups, by="school")


def test_negative_weights() -> None:
    source = {"x": X3, "y": Y3, "w": [1.0, -2.0, -0.5]}
    assert "2 negative weights: row 2, column `w`: `-2.0`; row 3, column `w`: `-0.5`" in refused(source, weights="w")
    assert "infinite value: row 1, column `w`" in refused({**source, "w": [np.inf, 1, 1]}, weights="w")
    assert "holds text, not numbers" in refused({**source, "w": ["a", "b", "a"]}, weights="w")


def test_groups_of_any_kind() -> None:
    for labels in (
        [1, 2, 1],
        [1.5, 2.5, 1.5],
        [True, False, True],
        [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 1)],
    ):
        alike = [str(label) if isinstance(label, date) else label for label in labels]  # times have one text
        for source in ({"g": labels, "x": X3, "y": Y3}, pa.table({"g": labels, "x": X3, "y": Y3})):
            assert read(source, by="g").labels == alike


class TestJsonLines:
    def test_numbers(self, tmp_path: Path) -> None:
        path = tmp_path / "t.jsonl"
        path.write_text(
            '{"x": 9007199254740993, "b": true, "y": 1}\n\n{"y": 2.5, "b": false, "x": 1}\n{"x": null, "y": 3}\n'
        )
        whole = read(path, missing="drop")
        assert whole.scan.terms == ("x", "b[TRUE]")
        assert exact(whole.X[0]) == [9007199254740993, 1]
        assert whole.row_numbers == [0, 1]
        assert whole.scan.integral == (True, True, False)

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ('{"x": "5", "y": 1}', 'line 11, column `x`: `"5"`'),
            ('{"x": Infinity, "y": 1}', "1 infinite value: line 11, column `x`: `Infinity`"),
            ('{"x": 1, "y": 1', "line 11: no JSON object"),
            ("[1, 2]", "line 11: `[1, 2]` is no JSON object"),
            ('{"x": 1, "x": 2, "y": 1}', "line 11: no JSON object (the key `x` occurs twice)"),
            ('{"x": [1], "y": 1}', "line 11, column `x`: `[1]`"),
            ('{"y": 1}', "1 missing value: line 11, column `x`"),
            ("[" * 100_000, "line 11: no JSON object"),
        ],
    )
    def test_faults(self, line: str, words: str, tmp_path: Path) -> None:
        path = tmp_path / "t.ndjson"
        path.write_text("".join(f'{{"x": {i}, "y": {i}}}\n' for i in range(10)) + line + "\n")
        assert words in refused(path)

    def test_binary_and_empty(self, tmp_path: Path) -> None:
        path = tmp_path / "t.jsonl"
        path.write_bytes(b"\xff\xfe{}")
        assert "not UTF-8" in refused(path)
        path.write_text("\n\n")
        assert "there are no data rows" in refused(path)


def test_only_numpy_is_imported_for_small_things() -> None:
    import subprocess
    import sys

    program = (
        "import sys, numpy as np; from wxb.data import Selection, open_table\n"
        "list(open_table((np.ones(3), np.arange(3))).scan(Selection(target='y')).blocks())\n"
        "import tempfile, pathlib; p = pathlib.Path(tempfile.mkdtemp(), 't.csv'); p.write_text('x,y\\n1,2\\n')\n"
        "list(open_table(p).scan(Selection(target='y')).blocks())\n"
        "list(open_table({'x': [1], 'y': [2]}).scan(Selection(target='y')).blocks())\n"
        "print([m for m in ('duckdb', 'pyarrow', 'pandas', 'polars', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
