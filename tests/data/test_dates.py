"""Dates and instants in text: the same days, to the bit, as the same instants in any other source."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reading import ROADS, read, refused, take
from data.test_two_roads import both
from wxb.data.dates import DateForm
from wxb.data.text_times import texts_as_times
from wxb.data.times import nanoseconds
from wxb.data.words import is_missing

REPORTS = Path(__file__).parent.parent / "reference" / "reports"


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    take(request.param, monkeypatch)
    return request.param


def csv(path: Path, cells: list[str], name: str = "t") -> Path:
    path.write_text(f"{name},y\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells)))
    return path


INSTANTS = st.lists(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)), min_size=1, max_size=12)
LENGTHS = st.sampled_from(["days", "minutes", "seconds", "milliseconds", "microseconds", "auto"])


@settings(max_examples=60)
@given(INSTANTS, LENGTHS, st.sampled_from(["T", " "]), st.sampled_from(["", "Z", "+00:00", "-05:30"]))
def test_text_has_the_bits_of_times(instants: list[datetime], length: str, between: str, zone: str) -> None:
    if length == "days":
        texts, zone = [str(one.date()) for one in instants], ""
    else:
        texts = [one.isoformat(between, length) + zone for one in instants]
    known = [nanoseconds(text) for text in texts]
    quick = texts_as_times(texts, bool(zone), None)
    assert not quick.bad
    mixed = texts_as_times([*texts, "NA", ""], bool(zone), None)  # one by one, or all but the missing ones at once
    slow = texts_as_times([*texts, "2000-01-01T00:00:00.123456789" + ("Z" if zone else "")], bool(zone), None)
    expected = [(found[0]) / 86_400e9 for found in known if found]
    assert quick.cells.values.tolist() == pytest.approx(expected, rel=1e-15)
    for other in (mixed, slow):
        n = len(texts)
        assert other.cells.values[:n].tolist() == quick.cells.values.tolist()
        low = np.zeros(n) if quick.cells.low is None else quick.cells.low
        assert (np.zeros(n) if other.cells.low is None else other.cells.low[:n]).tolist() == low.tolist()
    plain = np.array([one.replace(tzinfo=None) for one in instants], dtype="datetime64[us]")
    if zone in ("", "Z") and length in ("auto", "microseconds"):
        whole = read({"t": plain, "y": np.arange(n)})
        assert (whole.X[0][0], whole.X[0][1]) == (quick.cells.values.tolist(), low.tolist())


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "2023-02-29", "2024-13-01", "0000-01-01", "2024-01-01T24:00", "2024-01-01 12:60", "2024-1-1", "2024/01/01",
     "2024-01-01T12:30:00.1234567890", "2024-01-01x", "2024-01-01T12:3:00", "２024-01-01", "2024-01-01T12:30:", "20240101xx"],
)  # fmt: skip
def test_what_is_no_instant(text: str) -> None:
    assert nanoseconds(text) is None
    assert texts_as_times([text], False, None).bad == [0]
    assert texts_as_times([text, "2024-01-01"], False, None).bad == [0]


CELLS = st.sampled_from(["2024-01-05", "2024-01-05T10:00", "2024-01-05 10:00:00.5", "1969-12-31T23:59:59.999999999", "NA", "",
                         " 2024-01-05 ",                         "2024-02-30", "2024-01-05Z",
                         "2024-01-05T10:00Z", "7", "x"])  # fmt: skip


@settings(max_examples=40)
@given(st.lists(CELLS, max_size=6))
def test_both_roads_read_dates_alike(cells: list[str]) -> None:
    text = "t,y\n2024-01-01,1\n2024-01-03,2\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells))
    careful, fast = both(text.encode(), missing="drop")
    assert careful == fast


def test_the_report(road: str) -> None:
    whole = read(REPORTS / "r36_dates.csv")
    assert whole.notes == ["`t`: instants, in days since 1970-01-01"]
    assert whole.scan.integral == (True, False)
    assert whole.X[0][0][:2] == [-5114.0, -4748.0]
    assert whole.scan.kinds[0].sort == "instant"


def test_all_sources_agree(road: str, tmp_path: Path) -> None:
    start = datetime(2024, 1, 1, 12)
    instants = [start + timedelta(hours=7 * i, microseconds=i) for i in range(40)]
    texts = [one.isoformat() for one in instants]
    table = pa.table({"t": pa.array(instants, pa.timestamp("us")), "y": range(40)})
    pq.write_table(table, tmp_path / "t.parquet")
    lines = tmp_path / "t.jsonl"
    lines.write_text("".join(json.dumps({"t": t, "y": i}) + "\n" for i, t in enumerate(texts)))
    forms = [one.strftime("%d/%m/%Y %H:%M:%S.%f") for one in instants]
    odd = tmp_path / "odd.jsonl"
    odd.write_text("".join(json.dumps({"t": t, "y": i}) + "\n" for i, t in enumerate(forms)))
    expected = read(table).X
    date = {"date": "%d/%m/%Y %H:%M:%S.%f"}
    assert expected == read(tmp_path / "t.parquet").X
    assert expected == read(csv(tmp_path / "t.csv", texts)).X
    assert expected == read(lines).X
    assert expected == read({"t": texts, "y": range(40)}).X
    assert expected == read(csv(tmp_path / "f.csv", forms), layout=date).X
    assert expected == read(odd, layout=date).X


def test_two_values_are_dates_still(road: str, tmp_path: Path) -> None:
    whole = read(csv(tmp_path / "t.csv", ["2024-01-01", "2024-01-02"] * 5))
    assert whole.X[0][0] == [19723.0, 19724.0] * 5


def test_mixed_zones_are_refused_with_the_lines(road: str, tmp_path: Path) -> None:
    message = refused(csv(tmp_path / "t.csv", ["2024-01-01T00:00", "2024-01-02T00:00Z"]))
    assert "with a time zone (line 3: `2024-01-02T00:00Z`) and without (line 2: `2024-01-01T00:00`)" in message
    message = refused(csv(tmp_path / "t.csv", ["2024-01-01T00:00Z"] * 3000 + ["2024-01-01T00:00"]))
    assert "line 3002, column `t`: `2024-01-01T00:00`" in message


def test_a_late_cell_that_is_no_date(road: str, tmp_path: Path) -> None:
    message = refused(csv(tmp_path / "t.csv", ["2024-01-01", "2024-01-02"] * 1500 + ["01/05/2024"]))
    assert "line 3002, column `t`: `01/05/2024`" in message
    assert "leave" not in message.split("\n")[0]


@pytest.mark.parametrize(
    ("form", "cells", "days"),
    [
        ("%d/%m/%Y", ["05/01/2024", "6/1/2024", "NA"], [19727, 19728]),
        ("%m/%d/%y", ["01/05/24", "1/6/24", ""], [19727, 19728]),
        ("%b %Y", ["Jan 2024", "Feb 2024", "null"], [19723, 19754]),
        ("%d.%m.%Y %H:%M", ["05.01.2024 12:00", "06.01.2024 00:00", "NA"], [19727.5, 19728]),
        ("%d/%m/%Y", ["05/01/2024", "2024-01-06", "NA"], [19727, 19728]),
    ],
)
def test_forms(form: str, cells: list[str], days: list[float], road: str, tmp_path: Path) -> None:
    path = csv(tmp_path / "t.csv", cells * 100)
    whole = read(path, layout={"date": form}, missing="drop")
    assert whole.X[0][0] == days * 100
    assert whole.notes[0] == f"`t`: dates of the form {form} or ISO 8601; instants, in days since 1970-01-01"
    assert "`date=" in refused(path)


def test_a_form_that_fits_nothing(road: str, tmp_path: Path) -> None:
    assert "no column has dates of the form `%d/%m/%Y`" in refused(
        csv(tmp_path / "t.csv", ["1", "2"]), layout={"date": "%d/%m/%Y"}
    )


@pytest.mark.parametrize(
    ("form", "cells", "days"),
    [
        ("%Y%m%d", ["20240105", "20240106", "NA"], [19727, 19728]),
        ("%Y%j", ["2024005", "2024006", ""], [19727, 19728]),
        ("%Y%m%d%H%M", ["202401051200", "202401060000", "NA"], [19727.5, 19728]),
    ],
)
def test_days_written_in_digits_alone(
    form: str, cells: list[str], days: list[float], road: str, tmp_path: Path
) -> None:
    path = csv(tmp_path / "t.csv", cells * 100)
    assert read(path, layout={"date": form}, missing="drop").X[0][0] == days * 100


def test_digits_that_touch_are_all_there() -> None:
    read = DateForm.of("%Y%m%d").nanoseconds
    assert read("20241101") is not None
    assert read("2024111") is None
    assert DateForm.of("%d%m%Y").nanoseconds("1112024") is None


def test_whole_numbers_that_could_be_days_are_remarked(road: str, tmp_path: Path) -> None:
    cells = ["20240131", "20240201", "20240202"] * 100
    whole = read(csv(tmp_path / "t.csv", cells))
    assert whole.X[0][0] == [float(cell) for cell in cells]
    assert whole.notes == ['`t`: numbers that could be days (20240131); `date="%Y%m%d"` reads days']
    assert read(csv(tmp_path / "u.csv", ["20240131", "20240230", "20240202"] * 100)).notes == []
    assert "no column has dates" in refused(
        csv(tmp_path / "v.csv", ["20240131", "20240230", "20240202"]), layout={"date": "%Y%m%d"}
    )


def test_files_of_several_forms_make_no_table(tmp_path: Path) -> None:
    csv(tmp_path / "a.csv", ["2024-01-01", "2024-01-02"])
    csv(tmp_path / "b.csv", ["1", "2"])
    message = refused([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert "b.csv: column `t` holds instants (without a time zone) in a.csv, but not here" in message


def test_dates_are_labels_as_written(road: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("t,x,y\n2024-01-01,1,2\n2024-01-02,2,3\n")
    assert read(path, by="t", features=["x"]).labels == ["2024-01-01", "2024-01-02"]


def test_a_million_take_no_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of one length never go one by one."""
    from wxb.data import text_times

    monkeypatch.setattr(text_times, "reader_of", None)
    texts = [f"2024-01-{1 + i % 28:02d} {i % 24:02d}:00:00" for i in range(50_000)]
    found: Any = texts_as_times(["", *texts], False, None)
    assert len(found.cells.values) == 50_001
    assert is_missing("")
