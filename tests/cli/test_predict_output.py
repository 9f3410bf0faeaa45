"""`predict -o`: every column of the source as it was, in its order, the predictions beside it; incomplete rows by `--missing`."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import wxb as library
from wxb.cli import main
from wxb.data import csv_part

X = np.arange(12.0)
MODEL = library.fit({"a": X, "b": X[::-1] ** 2, "y": 3 * X + 1}, "y")
LINE = {"a": [1, 2.5, 3], "b": [4, 5, 7.25]}
FORMS = ("csv", "jsonl", "parquet")


@pytest.fixture
def saved(tmp_path) -> Path:
    MODEL.save(tmp_path / "m.json")
    return tmp_path / "m.json"


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return pq.read_table(path).to_pylist()


def predicted(rows, a="a", b="b") -> list[float]:
    return MODEL.predict({"a": [float(r[a]) for r in rows], "b": [float(r[b]) for r in rows]}).tolist()


TEXT = 'id,name,b,when,a,code\n1,"Kim, ""A""",4,2024-01-02,1,007\n2, 이름 ,5,,2.50,x\n3,-,7.25,NA,3e0,\n'


@pytest.mark.parametrize("form", FORMS)
def test_text_stays_text_and_terms_are_numbers(saved, tmp_path, form):
    (tmp_path / "t.csv").write_text(TEXT)
    assert main(["predict", str(saved), str(tmp_path / "t.csv"), "-o", str(tmp_path / f"o.{form}")]) == 0
    rows = read(tmp_path / f"o.{form}")
    assert list(rows[0]) == ["id", "name", "b", "when", "a", "code", "predicted_y"]
    before = list(csv.DictReader(TEXT.splitlines()))
    for name in ("id", "name", "when", "code"):
        assert [row[name] for row in rows] == [row[name] for row in before]
    assert [float(row["predicted_y"]) for row in rows] == predicted(before)
    if form == "csv":
        assert [row["a"] for row in rows] == ["1", "2.50", "3e0"]
    else:
        assert [row["a"] for row in rows] == [1.0, 2.5, 3.0]


COLUMNS = {
    "when": pa.array([dt.datetime(2024, 1, 2, 3, 4, 5, 6), None, dt.datetime(1969, 1, 1)], pa.timestamp("us")),
    "nanos": pa.array([1, None, 3], pa.timestamp("ns")),
    "zone": pa.array([0, 1, 2], pa.timestamp("ms", "UTC")),
    "day": pa.array([dt.date(2024, 1, 2), None, dt.date(2000, 2, 29)]),
    "took": pa.array([1, None, 3], pa.duration("s")),
    "big": pa.array([2**63 - 1, None, -(2**63)]),
    "flag": pa.array([True, None, False]),
    "text": pa.array(["a,b", None, '"']),
    "money": pa.array([Decimal("1.10"), None, Decimal("2.00")]),
    "list": pa.array([[1, 2], None, []]),
    "b": pa.array([4, 5, 7], pa.int32()),
    "level": pa.array(["p", "q", "p"]).dictionary_encode(),
    "a": pa.array(LINE["a"], pa.float32()),
    "nan": pa.array([float("nan"), 1.5, None]),
}


def test_parquet_to_parquet_keeps_every_type(saved, tmp_path):
    table = pa.table(COLUMNS)
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=2)
    assert main(["predict", str(saved), str(tmp_path / "t.parquet"), "-o", str(tmp_path / "o.parquet")]) == 0
    found = pq.read_table(tmp_path / "o.parquet")
    assert found.column_names == [*COLUMNS, "predicted_y"]
    for name in COLUMNS:
        if name != "nan":
            assert found[name].type == pq.read_table(tmp_path / "t.parquet")[name].type
            assert found[name].equals(pq.read_table(tmp_path / "t.parquet")[name])
    assert found["predicted_y"].to_pylist() == MODEL.predict(table).tolist()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_parquet_to_text_says_what_was_there(saved, tmp_path, form):
    pq.write_table(pa.table(COLUMNS), tmp_path / "t.parquet")
    assert main(["predict", str(saved), str(tmp_path / "t.parquet"), "-o", str(tmp_path / f"o.{form}")]) == 0
    rows = read(tmp_path / f"o.{form}")
    missing: Any = "" if form == "csv" else None
    assert [row["big"] for row in rows] == (
        [str(2**63 - 1), "", str(-(2**63))] if form == "csv" else [2**63 - 1, None, -(2**63)]
    )
    assert [row["text"] for row in rows] == ["a,b", missing, '"']
    assert rows[0]["when"].startswith("2024-01-02 03:04:05.000006")
    assert [row["day"] for row in rows] == ["2024-01-02", missing, "2000-02-29"]
    assert [row["level"] for row in rows] == ["p", "q", "p"]
    assert [row["money"] for row in rows] == ["1.10", missing, "2.00"]
    assert [row["flag"] for row in rows] == (["true", "", "false"] if form == "csv" else [True, None, False])
    assert rows[0]["nan"] == missing == rows[2]["nan"]


OBJECTS = [
    {"a": 1, "name": "Kim", "b": 4, "more": {"x": [1, "é"]}, "on": True},
    {"a": 2.5, "b": 5, "big": 2**70, "name": None},
    {"a": 3, "b": 7.25, "name": "", "on": False},
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("array", [False, True])
def test_json_objects(saved, tmp_path, form, array):
    text = json.dumps(OBJECTS) if array else "".join(json.dumps(row) + "\n" for row in OBJECTS)
    source = tmp_path / ("t.json" if array else "t.jsonl")
    source.write_text(text)
    assert main(["predict", str(saved), str(source), "-o", str(tmp_path / f"o.{form}")]) == 0
    rows = read(tmp_path / f"o.{form}")
    assert list(rows[0]) == ["a", "name", "b", "more", "on", "big", "predicted_y"]
    assert [float(row["predicted_y"]) for row in rows] == predicted(OBJECTS)
    if form == "jsonl":
        for row, before in zip(rows, OBJECTS):
            assert {name: row[name] for name in before} == before
            assert all(row[name] is None for name in row if name not in before and name != "predicted_y")
    else:
        assert json.loads(rows[0]["more"]) == OBJECTS[0]["more"]
        assert rows[1]["big"] == str(2**70)
        assert rows[0]["on"] == "true"


CELLS = st.tuples(st.sampled_from(["1", "2.5", "NA", "", "nan"]), st.text("ab, \"'한\n", max_size=6))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(CELLS, min_size=1, max_size=40),
    st.sampled_from(["csv", "jsonl", "parquet"]),
    st.sampled_from(["nan", "drop"]),
    st.sampled_from([1, 3, 100]),
)
def test_incomplete_rows_stay_in_their_place(saved, tmp_path, rows, form, missing, size):
    """Whatever the blocks: every other cell beside its own row, an empty prediction exactly where a value is missing."""
    with pytest.MonkeyPatch.context() as patch, open(tmp_path / "t.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["note", "a", "b", "n"])
        writer.writerows([note, cell, "3", str(i)] for i, (cell, note) in enumerate(rows))
        file.flush()
        patch.setattr(csv_part, "block_rows", lambda columns: size)
        output = tmp_path / f"o.{form}"
        code = main(["predict", str(saved), str(file.name), "-o", str(output), "--missing", missing])
    complete = [i for i, (cell, _) in enumerate(rows) if cell in ("1", "2.5")]
    if not complete:
        assert code == 1
        return
    assert code == 0
    found = read(output)
    kept = range(len(rows)) if missing == "nan" else complete
    assert [row["n"] for row in found] == [str(i) for i in kept]
    for row, i in zip(found, kept):
        assert row["note"] == rows[i][1]
        known = row["predicted_y"] not in ("", None)
        assert known == (i in complete)
        if known:
            assert float(row["predicted_y"]) == MODEL.predict({"a": [float(rows[i][0])], "b": [3.0]})[0]
    if missing == "drop":
        assert [int(row["row"]) for row in found] == [i + 1 for i in complete]


def test_several_files_with_columns_in_another_order(saved, tmp_path):
    (tmp_path / "t1.csv").write_text("a,note,b\n1,x,4\n2,y,5\n")
    (tmp_path / "t2.csv").write_text("b,a,note\n6,3,z\n")
    assert main(["predict", str(saved), str(tmp_path / "t*.csv"), "-o", str(tmp_path / "o.csv")]) == 0
    rows = read(tmp_path / "o.csv")
    assert [(row["a"], row["note"], row["b"]) for row in rows] == [("1", "x", "4"), ("2", "y", "5"), ("3", "z", "6")]


def test_names_that_would_stand_twice(saved, tmp_path, capsys):
    (tmp_path / "t.csv").write_text("a,b,predicted_y\n1,2,3\n")
    assert main(["predict", str(saved), str(tmp_path / "t.csv"), "-o", str(tmp_path / "o.csv")]) == 2
    assert "already has a column `predicted_y`" in capsys.readouterr().err
    (tmp_path / "t.csv").write_text("a,b,n,n\n1,2,3,4\n")
    assert main(["predict", str(saved), str(tmp_path / "t.csv"), "-o", str(tmp_path / "o.csv")]) == 0
    assert (tmp_path / "o.csv").read_text().splitlines()[0] == "a,b,n,n,predicted_y"
    assert main(["predict", str(saved), str(tmp_path / "t.csv"), "-o", str(tmp_path / "o.jsonl")]) == 2
    assert not (tmp_path / "o.jsonl").exists()


def test_a_large_text_whose_encoding_shows_late(saved, tmp_path):
    """Read by DuckDB as far as it goes; beside it the same cells, in the encoding found on the way."""
    lines = [f"{i % 7},{i},n{i}" for i in range(60_000)]
    lines[50_000] = "3,4,이름"
    (tmp_path / "t.csv").write_bytes(("a,b,note\n" + "\n".join(lines) + "\n").encode("cp949"))
    assert main(["predict", str(saved), str(tmp_path / "t.csv"), "-o", str(tmp_path / "o.csv"), "-q"]) == 0
    rows = read(tmp_path / "o.csv")
    assert len(rows) == 60_000
    assert rows[50_000]["note"] == "이름"
    assert [row["note"] for row in rows[:3]] == ["n0", "n1", "n2"]


@pytest.mark.parametrize("form", FORMS)
def test_letters_that_no_file_can_hold(saved, tmp_path, form):
    """Half of a surrogate pair, which JSON can say and UTF-8 cannot."""
    (tmp_path / "t.jsonl").write_text('{"a": 1, "b": 2, "n\\ud800": "x\\udc00y"}\n')
    assert main(["predict", str(saved), str(tmp_path / "t.jsonl"), "-o", str(tmp_path / f"o.{form}")]) == 0
    name = "n\ud800" if form == "jsonl" else "n\\ud800"
    assert read(tmp_path / f"o.{form}")[0][name] == ("x\udc00y" if form == "jsonl" else "x\\udc00y")


def test_missing_rows_in_every_answer(saved, tmp_path, capsys):
    (tmp_path / "t.csv").write_text("a,b\n1,2\nNA,3\n3,4\n")
    path = str(tmp_path / "t.csv")
    assert main(["predict", str(saved), path, "--missing", "nan", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["predictions"][1] is None
    assert found["n"] == 3
    assert "1 of 3 rows have no prediction: missing a (1)" in found["warnings"][0]
    assert main(["predict", str(saved), path, "--missing", "nan"]) == 0
    assert capsys.readouterr().out.splitlines()[2].endswith(",")
    assert main(["predict", str(saved), path]) == 1
