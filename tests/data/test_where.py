"""Conditions on rows: the rows a person would choose, from every source, on every road."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
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

import wxb
from data.reading import ROADS, read, refused, take
from wxb.data import Reading, csv_dialect, csv_fast, csv_part, frames
from wxb.errors import DataError, ExpressionError, UsageError, WxbError

pytestmark = pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")

AGE = [17, 18, 30, None, 64, 70, 41, 9]
STATUS = ["ok", "ok", "bad", "ok", None, "ok", "it's", "OK"]
PAID = ["yes", "no", "yes", "yes", "no", None, "no", "yes"]
DAY = ["2024-01-01", "2024-01-05", "2024-02-01", None, "2024-03-01", "2024-03-09", "2023-12-31", "2024-01-05"]
ID = [2**53 + 1, 2**53, 2**53 + 2, 5, 6, 7, -(2**53) - 1, 0]
ROWS = list(range(8))

CONDITIONS: dict[str, list[int]] = {
    "age >= 18": [1, 2, 4, 5, 6],
    "not age >= 18": [0, 7],  # neither holds where the age is missing
    "18 <= age < 65": [1, 2, 4, 6],
    "18 <= age <= age": [1, 2, 4, 5, 6],
    "age + 1 > 2 * 9 and age / 2 <= 20.5": [1, 2, 6],
    "abs(age - 40) < 5 or age ** 2 == 81": [6, 7],
    "-age < -60": [4, 5],
    "age ≥ 64 or age ≤ 9": [4, 5, 7],
    "status == 'ok'": [0, 1, 3, 5],
    'status == "it\'s"': [6],
    "status != 'ok'": [2, 6, 7],
    "'ok' == status and age > 17": [1, 5],
    "paid": [0, 2, 3, 7],
    "not paid": [1, 4, 6],
    "paid == yes": [0, 2, 3, 7],
    "paid == 'No'": [1, 4, 6],
    "paid == 1 or age == 64": [0, 2, 3, 4, 7],
    "paid or age > 69": [0, 2, 3, 5, 7],  # true or unknown is true
    "day >= '2024-02-01'": [2, 4, 5],
    "'2024-01-01' <= day < '2024-01-06'": [0, 1, 7],
    "day == '2024-01-05T00:00'": [1, 7],
    "id == 9007199254740993": [0],
    "id > 9007199254740992": [0, 2],
    "id < -9007199254740992": [6],
    "id > 2 ** 60": [],
    "`age`>17 AND (status=='ok' OR paid==no)": [1, 4, 5, 6],
    "age > 0": [0, 1, 2, 4, 5, 6, 7],
}  # fmt: skip


def table() -> dict[str, list[Any]]:
    return {"age": AGE, "status": STATUS, "paid": PAID, "day": DAY, "id": ID, "x": [float(i) for i in ROWS], "y": ROWS}


def written(folder: Path, kind: str) -> Any:
    """The table in one of its forms."""
    columns = table()
    arrow = pa.table(columns).set_column(
        3, "day", pa.array([None if d is None else date.fromisoformat(d) for d in DAY], pa.date32())
    )
    if kind == "csv":
        rows = zip(*([("" if cell is None else cell) for cell in column] for column in columns.values()))
        (folder / "t.csv").write_text("\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]) + "\n")
        return folder / "t.csv"
    if kind == "json":
        (folder / "t.jsonl").write_text(
            "".join(json.dumps(dict(zip(columns, row))) + "\n" for row in zip(*columns.values()))
        )
        return folder / "t.jsonl"
    if kind == "parquet":
        pq.write_table(arrow, folder / "t.parquet", row_group_size=3)
        return folder / "t.parquet"
    return {"dict": columns, "pandas": pd.DataFrame(columns), "arrow": arrow, "polars": pl.from_arrow(arrow)}[kind]


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "dict", "pandas", "arrow", "polars"])
@pytest.mark.parametrize("road", ROADS)
def test_the_rows_a_person_would_choose(kind: str, road: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(road, monkeypatch)
    if road == "fast":
        if kind not in ("csv", "parquet"):
            return
        monkeypatch.setattr(csv_part.TextReading, "_careful_rows", None)
    source = written(tmp_path, kind)
    for condition, rows in CONDITIONS.items():
        layout = {"where": condition}
        if not rows:
            assert f"where {condition} holds for none of the 8 rows" in refused(source, layout=layout, features=["x"])
            continue
        whole = read(source, layout=layout, features=["x"])
        assert whole.row_numbers == rows, condition
        assert whole.y[0] == rows
        assert f"where {condition}: {len(rows)} of 8 rows" in whole.notes


def test_arrays() -> None:
    X, y = np.arange(10_000.0), np.arange(10_000.0) * 2
    assert read((X, y), layout={"where": "x >= 9990"}).row_numbers == list(range(9990, 10_000))
    assert read((X, y), layout={"where": "9990 <= y"}).row_numbers == list(range(4995, 10_000))
    assert wxb.fit((X, y), where="x < 100").n == 100


def test_rows_left_out_are_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("kind,x,y\na,1,2\nb,junk,\na,2,4\na,3,7\nb,inf,oops\n")
    for road in ROADS:
        with pytest.MonkeyPatch.context() as patch:
            take(road, patch)
            assert read(path, features=["x"], layout={"where": "kind == 'a'"}).X[0][0] == [1, 2, 3]
            message = refused(path, features=["x"], layout={"where": "kind == 'b'"})
            assert "line 3, column `x`: `junk`; line 6, column `y`: `oops`" in message
            assert "1 missing value: line 3, column `y`" in message


def test_a_text_of_the_condition_is_no_feature(tmp_path: Path) -> None:
    whole = read(table() | {"age": ROWS}, layout={"where": "status == 'ok' and paid"}, missing="drop")
    assert whole.scan.terms == ("age", "paid[yes]", "day", "id", "x")
    assert whole.row_numbers == [0]  # row 3 has no day
    assert whole.reading.dropped == 1
    assert whole.notes[-2:] == ["where status == 'ok' and paid: 2 of 8 rows", "1 of 2 rows dropped: missing day (1)"]


def test_groups_and_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "block_rows", lambda columns: 2)
    n = 50
    source = {"g": ["a", "b"] * (n // 2), "x": list(range(n)), "y": list(range(n))}
    whole = read(source, by="g", features=["x"], layout={"where": "x >= 41 and g == 'b'"})
    assert whole.row_numbers == [41, 43, 45, 47, 49]
    assert whole.labels == ["b"] * 5
    groups = wxb.fit(source, "y", by="g", features=["x"], where="x != 7")
    assert [groups[label].n for label in ("a", "b")] == [25, 24]


NUMBERS = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([2**53, 2**53 + 1, 0.5]))


@settings(max_examples=40)
@given(st.lists(st.tuples(NUMBERS, st.sampled_from(["a", "b", "", "NA"])), min_size=1, max_size=12), st.data())
def test_careful_and_fast_choose_the_same(rows: list[tuple[Any, str]], data: st.DataObject) -> None:
    compare = data.draw(st.sampled_from(["<", "<=", "==", "!=", ">=", ">"]))
    constant = data.draw(st.sampled_from(["0", "1", "0.5", "9007199254740993"]))
    join = data.draw(st.sampled_from(["and", "or", "and not", "or not"]))
    condition = f"x {compare} {constant} {join} k == 'a'"
    found = []
    with TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_text(
            "x,k,y\n0,a,1\n1,b,2\n" + "".join(f"{'' if x is None else x},{k},{i}\n" for i, (x, k) in enumerate(rows))
        )
        for road in ROADS:
            with pytest.MonkeyPatch.context() as patch:
                take(road, patch)
                patch.setattr(csv_fast, "CHECKED_ROWS", 0)
                patch.setattr(csv_dialect, "SAMPLE_ROWS", 2)
                try:
                    whole = read(path, features=[], layout={"where": condition})
                    found.append((whole.row_numbers, whole.y, whole.notes))
                except DataError as error:
                    found.append(str(error))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("", "the condition is empty"), ("age", "a condition is expected"), ("age = 18", "equal is written =="),
        ("age <> 18", "not equal is written !="), ("age > 18 && paid", "it is written and"),
        ("age > 18 | paid", "it is written or"),
        ("age > '18'", "does not order texts"), ("status > 'a'", "does not order texts"),
        ("status == 1", "texts are written in quotes"),
        ("day > 5", "dates are written in quotes"), ("day > 'soon'", "is no date"), ("day > '2024-01-01Z'", "is no date"),
        ("day > '2024-01-01T00:00Z'", "has no time zone"), ("paid == 'TRUE'", "holds yes and no"),
        ("paid == 'maybe'", "holds yes and no"),
        ("agee > 1", "did you mean `age`"), ("status == ok", "a text is written in quotes: `'ok'`"),
        ("age + status > 1", "is of numbers"),
        ("foo(age) > 1", "unknown function"), ("sqrt(age, 1) > 1", "takes one number"), ("1 < 2", "names no column"),
        ("age > 1 paid", "expected an operator"), ("age > ", "the end of the text"), ("status == 'ok", "that no second"),
        ("(age > 1", "nothing closes"), ("(age > 1) == (paid)", "a condition"), ("a" * 30_000, "characters long"),
        ("not " * 200 + "paid", "nested"), ("age > 1; paid", "expected"),
    ],
)  # fmt: skip
def test_conditions_that_cannot_be(condition: str, words: str) -> None:
    with pytest.raises((ExpressionError, DataError)) as caught:
        read(table(), features=["x"], layout={"where": condition})
    assert words in str(caught.value)


def test_long_conditions_do_not_exhaust_the_stack() -> None:
    condition = " or ".join(["x == 1"] * 2000)
    assert read(table(), features=["x"], layout={"where": condition}).row_numbers == [1]


def test_the_whole_library_takes_it(tmp_path: Path) -> None:
    source = {"x": list(range(20)), "y": [3 * i + i % 3 for i in range(20)], "k": ["a", "b"] * 10}
    first, second = "x < 10 and k != 'z'", "x >= 10"
    whole = wxb.fit(source, "y", features=["x"])
    model = wxb.fit(source, "y", features=["x"], where=first)
    assert model.n == 10
    assert wxb.update(model, source, where=second).coef.tolist() == whole.coef.tolist()
    assert wxb.forget(whole, source, where=second).coef.tolist() == model.coef.tolist()
    assert len(whole.predict(source, where="k == 'a'")) == 10
    assert wxb.cost_of(source, "y", "3*x", where=first).n == 10
    assert wxb.rates(source, "y", features=["x"], where=first) is not None
    with pytest.raises(WxbError):
        wxb.fit(source, "y", where="x <")
    with pytest.raises(UsageError):
        wxb.fit(source, "y", where=3)  # type: ignore[arg-type]


def test_shares_do_not_shift() -> None:
    """A row is in the same share whether or not others are read."""
    source = {"x": list(range(200)), "y": [3 * i + i % 3 for i in range(200)]}
    from wxb.question.shares import Shares

    shares = Shares(test=0.3, folds=0, seed=5).of(np.arange(200))
    kept = np.array([i for i in range(200) if i % 7])
    model = wxb.fit({**source, "r": [i % 7 for i in range(200)]}, "y", features=["x"], test=0.3, seed=5, where="r != 0")
    assert model.n == int((shares[kept] >= 0).sum())


def test_checkpoints_keep_the_count(tmp_path: Path) -> None:
    from wxb.fields import Reader
    from wxb.passes.checkpoint import _reading, _reading_to_json

    plain = Reading(rows=5, dropped=1, missing={"x": 1})
    for found in (plain, replace(plain, left_out=2), replace(plain, inexact=frozenset({0, 3}))):
        assert _reading(Reader(_reading_to_json(found))) == found


@pytest.mark.parametrize("text", ["x > 2024-01-01", "2024-01-01 < x and x < '2025-01-01'"])
def test_a_date_without_quotes_is_no_subtraction_in_silence(text: str) -> None:
    with pytest.raises(WxbError, match="a date stands in quotes: `'2024-01-01'`"):
        wxb.fit({"x": [2020, 2023, 2026], "y": [1.0, 2.0, 4.0]}, "y", where=text)


@pytest.mark.parametrize("road", ROADS)
def test_numbers_beside_a_wrong_cell_are_those_of_the_rows_that_are_read(road, tmp_path, monkeypatch):
    take(road, monkeypatch)
    (tmp_path / "t.csv").write_text("k,x,y\n" + "a,1,1\n" * 5 + "b,2,2\n" * 4 + "a,three,3\n")
    with pytest.raises(DataError, match="the other 5 values of `x` are numbers"):
        wxb.fit(tmp_path / "t.csv", "y", features=["x"], where="k == 'a'")
