"""Columns read as labels, several at once, from every kind of source."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from data.reading import ROADS, read, refused, take
from wxb.data import Kind, Labels, Selection, open_table
from wxb.data.kinds import NUMBER, TEXT, WHOLE, truth
from wxb.data.labels import labels_of, labels_of_array, labels_of_integers
from wxb.data.layout import SourceLayout
from wxb.errors import DataError, UsageError


def values_of(labels: Labels) -> list[Any]:
    return [
        None if labels.missing is not None and labels.missing[i] else labels.values[code]
        for i, code in enumerate(labels.codes)
    ]


def test_labels_are_cut_and_picked_with_their_marks() -> None:
    labels = labels_of(["b", None, "a", "b", float("nan")])
    assert labels.values == ("b", "a")
    assert values_of(labels) == ["b", None, "a", "b", None]
    assert values_of(labels.cut(2, 5)) == ["a", "b", None]
    assert labels.cut(2, 4).missing is None
    assert values_of(labels.at(np.array([4, 0]))) == [None, "b"]


@pytest.mark.parametrize("found", [[3, 1, 3, -2], [2**60, 0, 2**60, 5], []])
def test_whole_numbers_as_labels(found: list[int]) -> None:
    labels = labels_of_integers(np.array(found, dtype=np.int64))
    assert values_of(labels) == found
    assert list(labels.values) == sorted(set(found))


def test_a_text_is_one_column() -> None:
    assert Selection(by="school").by == ("school",)
    assert Selection(target="y", by=("a", "b"), labels=("c",)).names == ("y", "a", "b", "c")


TABLE = {"x": [1.0, 2, 4, 7], "y": [1.0, 2, 3, 5], "g": ["n", "s", "n", "s"], "h": ["a", "a", None, "b"]}


def test_a_column_is_a_number_and_a_label_at_once() -> None:
    whole = read(TABLE, features=["x"], labels=("x", "g"))
    assert whole.X[0][0] == whole.labels[0] == TABLE["x"]
    assert whole.labels[1] == TABLE["g"]


def test_a_missing_label_makes_a_row_incomplete_and_is_counted_once() -> None:
    whole = read(TABLE, features=["x"], by=("h", "g"), labels=("h",), missing="drop")
    assert whole.labels == [["a", "a", "b"], ["n", "s", "s"], ["a", "a", "b"]]
    assert whole.reading.missing == {"h": 1}
    assert "1 missing value: row 3, column `h`" in refused(TABLE, features=["x"], by=("h", "g"), labels=("h",))


def test_groups_by_one_column_twice_are_refused() -> None:
    with pytest.raises(UsageError, match="asked for twice"):
        read(TABLE, features=["x"], by=("g", "g"))


# ---------------------------------------------------------------- every kind of source

COLUMNS: dict[str, list[Any]] = {
    "x": [1.5, 2.5, 4.0, 7.25, 3.0, 2.0],
    "year": [2001, 2002, 2001, None, 2010, 2002],
    "school": ["북", "남", " 북", "남 ", None, "동"],
    "paid": ["Y", "N", "Y", "N", "Y", "Y"],
    "ok": [True, False, True, True, None, False],
    "y": [1.0, 2, 3, 5, 4, 6],
}
LABELS = [[2001, 2002, 2001, 2002], ["북", "남", "북", "동"], ["Y", "N", "Y", "Y"], [True, False, True, False]]


def source(form: str, folder: Path) -> Any:
    rows = [dict(zip(COLUMNS, row)) for row in zip(*COLUMNS.values())]
    path = folder / f"t.{form}"
    match form:
        case "csv":
            cells = [["NA" if cell is None else str(cell) for cell in row.values()] for row in rows]
            path.write_text("\n".join(map(",".join, [COLUMNS, *cells])))
        case "json":
            path.write_text(json.dumps(rows))
        case "parquet":
            pq.write_table(pa.table(COLUMNS), path, row_group_size=4)
        case "dict":
            return COLUMNS
        case "pandas":
            return pd.DataFrame(COLUMNS)
        case "strings":
            return pd.DataFrame(COLUMNS).astype(
                {"school": "string", "paid": "string", "ok": "boolean", "year": "Int64"}
            )
        case "polars":
            return pl.DataFrame(COLUMNS)
        case "stream":
            return pa.table(COLUMNS).to_reader(max_chunksize=2)
        case "coded":
            table = pa.table(COLUMNS)
            return table.set_column(2, "school", table["school"].dictionary_encode())
        case "records":
            return rows
    return path


FORMS = ["csv", "json", "parquet", "dict", "pandas", "strings", "polars", "stream", "coded", "records"]


@pytest.mark.parametrize(("form", "road"), [("csv", "fast"), *((form, "careful") for form in FORMS)])
def test_several_columns_are_read_as_labels(
    form: str, road: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(road, monkeypatch)
    wanted = ("year", "school", "paid", "ok")
    whole = read(source(form, tmp_path), features=["x"], labels=wanted, missing="drop")
    assert whole.labels == LABELS
    assert [[type(label) for label in column] for column in whole.labels] == [[type(c) for c in col] for col in LABELS]
    assert whole.X[0][0] == [1.5, 2.5, 4.0, 2.0]
    assert whole.reading.missing == {"year": 1, "school": 1, "ok": 1}
    said = refused(source(form, tmp_path), features=["x"], labels=wanted)
    assert ("1 missing value" if form == "parquet" else "3 missing values") in said
    assert "column `year`" in said


@pytest.mark.parametrize("form", FORMS)
def test_what_each_column_holds_is_known_before_it_is_read(form: str, tmp_path: Path) -> None:
    table = open_table(source(form, tmp_path))
    kinds = dict(table.kinds)
    assert kinds == table.kinds
    assert {"number": NUMBER, "whole": NUMBER}[kinds.pop("x").sort] == NUMBER
    assert kinds.pop("year").sort in ("number", "whole")
    assert kinds.pop("y").sort in ("number", "whole")
    assert kinds["school"].is_category
    kinds["school"] = Kind(sort=kinds["school"].sort)
    assert kinds == {"school": TEXT, "paid": TEXT, "ok": truth("TRUE")}
    labels = table.scan(Selection(target="y", features=["x"], labels=("school",), missing="drop"))
    assert [block.rows for block in labels.blocks() if block.rows]  # a stream has its first rows still


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["a", "b", "1"], TEXT),
        (["18–25", "26–35", "18–25"], TEXT),
        (["1", "2", "x"], NUMBER),  # most are numbers: a bad cell is refused with its place
        (["5%", "6%", "n/k"], NUMBER),  # in disguise: refused with what makes numbers of it
        (["05/01/2024", "06/01/2024", "07/01/2024"], NUMBER),
        (["yes", "no", "YES"], truth("yes")),
        (["", "NA", "."], NUMBER),
    ],
)
def test_what_is_text_in_a_file(cells: list[str], kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("g,y\n" + "\n".join(f"{cell},{i}" for i, cell in enumerate(cells)))
    assert open_table(path).kinds == {"g": kind, "y": WHOLE if kind.sort == "whole" else open_table(path).kinds["y"]}
    if kind == TEXT:
        assert "holds text, not numbers" in refused(path, features=["g"])


@pytest.mark.parametrize("road", ROADS)
def test_numbers_as_labels_are_numbers_whatever_they_look_like(
    road: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(road, monkeypatch)
    path = tmp_path / "t.csv"
    path.write_text("year;y\n1;1,5\n1,0;2\n 2,5 ;3\n1e1;4\n")
    whole = read(path, features=[], labels=("year",), by=("year",))
    assert whole.labels == [["1", "1,0", "2,5", "1e1"], [1, 1, 2.5, 10]]
    path.write_text("year,y\n2001,1\n20O2,2\n2003,3\n2001,3\n")
    assert "line 3, column `year`: `20O2`" in refused(path, features=[], labels=("year",))


def test_text_that_looks_like_numbers_is_text_where_it_is_asked_for_as_labels(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("band,y\n$1,1\n$2,2\n$1,3\n")
    assert read(path, features=[], labels=("band",)).labels == ["$1", "$2", "$1"]
    assert "remove currency signs" in refused(path)


# ---------------------------------------------------------------- orders that a source declares


LEVELS = ["low", "mid", "high", "never"]
CELLS = ["mid", "low", "high", "mid"]


def frame(cells: list[Any] = CELLS, levels: list[Any] = LEVELS) -> pd.DataFrame:
    return pd.DataFrame({"g": pd.Categorical(cells, levels), "y": [1.0, 2, 3, 5]})


@pytest.mark.parametrize("form", ["pandas", "dict", "arrow", "parquet", "enum", "enum column", "dictionary", "reader"])
def test_the_order_of_levels_is_that_of_the_source(form: str, tmp_path: Path) -> None:
    table = frame()
    found: Any = table
    match form:
        case "dict":
            found = {"g": table["g"], "y": table["y"]}
        case "arrow":
            found = pa.Table.from_pandas(table)
        case "reader":
            found = pa.Table.from_pandas(table).to_reader(max_chunksize=2)
        case "parquet":
            found = tmp_path / "t.parquet"
            table.to_parquet(found)
        case "enum":
            found = pl.DataFrame({"g": pl.Series(CELLS, dtype=pl.Enum(LEVELS)), "y": [1.0, 2, 3, 5]})
        case "enum column":
            found = {"g": pl.Series(CELLS, dtype=pl.Enum(LEVELS)), "y": [1.0, 2, 3, 5]}
        case "dictionary":
            codes = pa.array([1, 0, 2, 1])
            found = pa.table({"g": pa.DictionaryArray.from_arrays(codes, pa.array(LEVELS)), "y": [1.0, 2, 3, 5]})
    opened = open_table(found)
    assert opened.kinds["g"] == Kind(sort="text", levels=tuple(LEVELS))
    scan = opened.scan(Selection(target="y", features=[], labels=("g",)))
    assert [c.values[code] for block in scan.blocks() for c in block.labels for code in c.codes] == CELLS


def test_a_dictionary_that_only_keeps_cells_small_declares_no_order() -> None:
    parts = pa.chunked_array([pa.array(["b", "a"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()])
    table = pa.table({"g": parts, "y": [1.0, 2, 3, 4]})
    assert open_table(table).kinds["g"] == open_table({"g": parts, "y": [1, 2, 3, 4]}).kinds["g"] == TEXT
    assert read(table, features=[], labels=("g",)).labels == ["b", "a", "c", "a"]
    assert open_table(pl.DataFrame({"g": pl.Series(["b", "a"], dtype=pl.Categorical), "y": [1, 2]})).kinds["g"] == TEXT


def test_a_categorical_of_numbers_is_a_category_and_can_be_read_as_numbers() -> None:
    table = frame([3, 1, 2, 1], [3, 2, 1])
    assert open_table(table).kinds["g"] == Kind(sort="whole", levels=(3, 2, 1))
    whole = read(table, features=["g"], labels=("g",))
    assert whole.X[0][0] == whole.labels == [3, 1, 2, 1]


def test_yes_and_no_stay_yes_and_no_in_a_categorical() -> None:
    assert open_table(frame(["yes", "no", "yes", "no"], ["yes", "no"])).kinds["g"] == truth("yes")


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (np.array([2.5, np.nan, -0.0, 0.0]), [2.5, None, 0.0, 0.0]),
        (np.array([True, False]), [True, False]),
        (np.array(["2024-01-02", "NaT"], "datetime64[D]"), ["2024-01-02", None]),
        (np.array([3, 1], np.uint8), [3, 1]),
    ],
)
def test_labels_of_arrays(cells: Any, labels: list[Any]) -> None:
    assert values_of(labels_of_array(cells)) == labels


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        (["2024-01-02", "2024-03-01"], ("2024-01-02", "2024-03-01")),
        (["2024-01-02T00:00:00", "2024-03-01T10:30:00.500000"], ("2024-01-02", "2024-03-01 10:30:00.5")),
    ],
)
def test_an_instant_is_one_label_whatever_it_is_read_from(
    texts: list[str], meant: tuple[str, ...], tmp_path: Path
) -> None:
    """Levels of CSV, Parquet and frames were different texts, so a model of one could not be used with another."""
    stamps = pd.to_datetime(texts, format="ISO8601")
    table = pd.DataFrame({"g": stamps, "y": [1.0, 2.0]})
    table.to_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("g,y\n" + "".join(f"{text},{y}\n" for text, y in zip(texts, "12")))
    finer = {unit: table.assign(g=stamps.astype(f"datetime64[{unit}]")) for unit in ("ms", "ns")}
    things = {"g": list(stamps.to_pydatetime()), "y": [1, 2]}
    arrow = pa.Table.from_pandas(table)
    for source in (table, *finer.values(), things, arrow, tmp_path / "t.csv", tmp_path / "t.parquet"):
        assert read(open_table(source), features=[], labels=("g",)).labels == list(meant)


def test_a_list_is_no_label() -> None:
    with pytest.raises(DataError, match="holds a list"):
        read({"g": [[1], [2, 3]], "y": [1, 2]}, features=[], labels=("g",))


def test_a_condition_chooses_rows_of_labels(tmp_path: Path) -> None:
    table = open_table(pd.DataFrame(COLUMNS), layout=SourceLayout(where="x > 2 and paid == 'Y'"))
    (block,) = table.scan(Selection(target="y", features=["x"], labels=("school",), missing="drop")).blocks()
    assert [block.labels[0].values[code] for code in block.labels[0].codes] == ["북"]


def test_a_column_in_memory_is_numbered_once_whatever_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    table = open_table({"y": [1.0, 2.0, 4.0], "x": [1.0, 3.0, 2.0], "g": np.array([7, 3, 7])})
    asked = Selection(target="y", labels=("g",))
    first = [block.labels[0] for block in table.scan(asked).blocks()]
    monkeypatch.setattr("wxb.data.frames.labels_of_array", None)
    again = [block.labels[0] for block in table.scan(asked).blocks()]
    assert [one.values for one in first] == [one.values for one in again] == [(3, 7)]
    assert [one.codes.tolist() for one in first] == [one.codes.tolist() for one in again] == [[1, 0, 1]]


def _of_times(times: list[dt.datetime], tmp_path: Path) -> Iterator[tuple[str, Any]]:
    """The same rows from every source."""
    count = len(times)
    x = [float(i % 5) for i in range(count)]
    rows = {"x": x, "y": [2 * one + i % 3 for i, one in enumerate(x)]}
    table = pa.table({**rows, "at": times})
    frame = table.to_pandas()
    yield "arrow", table
    yield "dictionary", table.set_column(2, "at", table["at"].dictionary_encode())
    yield "nanoseconds", table.set_column(2, "at", table["at"].cast(pa.timestamp("ns")))
    yield "frame", frame
    yield "objects", frame.assign(at=np.array(times, dtype=object))
    yield "lists", {**rows, "at": times}
    yield "array", {**rows, "at": np.array(times, dtype="datetime64[us]")}
    yield "records", table.to_pylist()
    pq.write_table(table, tmp_path / "t.parquet")
    yield "parquet", tmp_path / "t.parquet"
    for name, text in (("spaces", str), ("iso", dt.datetime.isoformat)):
        frame.assign(at=[text(time) for time in times]).to_csv(tmp_path / f"{name}.csv", index=False)
        yield name, tmp_path / f"{name}.csv"


@pytest.mark.parametrize(
    ("first", "texts"),
    [
        (dt.datetime(2024, 2, 28), ["2024-02-28", "2024-02-29"]),
        (dt.datetime(2024, 2, 28, 3, 4, 5, 120_000), ["2024-02-28 03:04:05.12", "2024-02-29 03:04:05.12"]),
    ],
)
def test_groups_by_an_instant_are_called_alike_whatever_the_source(
    first: dt.datetime, texts: list[str], tmp_path: Path
) -> None:
    times = [first + dt.timedelta(days=i % 2) for i in range(24)]
    for name, source in _of_times(times, tmp_path):
        groups = wxb.fit(source, "y", features=["x"], by="at")
        assert groups.labels == texts, name
        assert groups[first] is groups[texts[0]] is groups[np.datetime64(first)]
        groups.save(tmp_path / "g.json")
        assert wxb.Groups.load(tmp_path / "g.json").labels == texts


def test_dates_alone_are_called_so_too() -> None:
    days = [dt.date(2024, 1, 1 + i % 2) for i in range(12)]
    rows = {"x": [float(i % 5) for i in range(12)], "y": [float(i * i % 7) for i in range(12)]}
    for column in (days, np.array(days, dtype="datetime64[D]"), pa.array(days)):
        source = pa.table({**rows, "at": column}) if isinstance(column, pa.Array) else {**rows, "at": column}
        groups = wxb.fit(source, "y", features=["x"], by="at")
        assert groups.labels == ["2024-01-01", "2024-01-02"]
        assert groups[days[0]].n == 6
