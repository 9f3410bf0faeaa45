"""The two roads of a text table, Python's csv module and DuckDB: the same rows, or the same refusal."""

from __future__ import annotations

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.reading import ROADS, Whole, read, take
from wxb.data import csv_dialect, csv_fast, csv_guard
from wxb.errors import DataError

CELLS = st.sampled_from(
    ["1", "2.5", "-3", "", "NA", "nan", "-nan", "+nan", "nan(1)", "100_1", "+-5", "1e400", "0x10", "１", "1.", ".5", " 7 ",
     '"8"', '"9', '9"', '"1""2"', '""', '"', "yes", "no", "inf", "9007199254740993", "1,5", "\t4", "4\x0b", "é", "#", "\\", "'5'",
      '"1\n"', '"a\r\nb"', "-", "+"]
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\r\r\n", " \n", "\n \n", ",\n", ",,\n", ""])
LINES = st.lists(st.tuples(st.lists(CELLS, min_size=1, max_size=4), ENDS), min_size=1, max_size=8)


def outcome(path: Path, **choice: Any) -> Any:
    try:
        whole = read(path, **choice)
    except DataError as error:
        return str(error)
    return repr((whole.scan.terms, whole.X, whole.y, whole.row_numbers, whole.notes, whole.scan.integral))


def both(data: bytes, name: str = "t.csv", **choice: Any) -> list[Any]:
    found = []
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        for road in ROADS:
            with pytest.MonkeyPatch.context() as patch:
                take(road, patch)
                patch.setattr(csv_fast, "CHECKED_ROWS", 0)  # as if these rows came late in a large file
                patch.setattr(csv_dialect, "SAMPLE_ROWS", 2)
                found.append(outcome(path, **choice))
    return found


@settings(max_examples=60)
@given(LINES, st.sampled_from(["error", "drop"]))
@example([(["1", "2"], "\r"), (["3", "4"], "\n")], "error")
@example([(["1", "2"], "\n"), (['"'], "")], "error")
@example([(["1", "+-5"], "\n")], "error")
def test_the_same_rows_or_the_same_refusal(lines: list[tuple[list[str], str]], missing: str) -> None:
    text = "x,y\n1,2\n3,5\n" + "".join(",".join(cells) + end for cells, end in lines)
    careful, fast = both(text.encode(), missing=missing)
    assert careful == fast


@pytest.mark.parametrize("tail", ["", "\n", "\r\n", "\n1,2,c\n"])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("packed", [False, True])
def test_a_line_longer_than_a_buffer_is_not_lost(
    tail: str, quote: str, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_fast, "BUFFER", 1 << 20)  # DuckDB loses a line of twice its buffer: two megabytes here
    text = "x,y,note\n" + "3,4,a\n" * 3000 + f"5,6,{quote}{'b' * (9 << 18)}{quote}{tail}"
    data = gzip.compress(text.encode(), 1) if packed else text.encode()
    careful, fast = both(data, "t.csv.gz" if packed else "t.csv", features=["x"])
    assert careful == fast
    assert "5.0" in fast


def test_what_the_bytes_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wxb.data.files import source_file

    monkeypatch.setattr(csv_guard, "PIECE", 4)
    for data, guarded, long in (
        (b"a,b\n1,2\n", False, False),
        (b"a,\n1_2\n", True, False),  # cut between the digit and the rest
        (b"12\n_1\n", False, False),
        (b"ab\n+-1\n", True, False),
        (b"ab\n+\n-1\n", False, False),
        (b"123456789\n", False, True),
        (b"1\r2\r3\r4\r5\r", False, False),
    ):
        (tmp_path / "t.csv").write_bytes(data)
        guard = csv_guard.Guard(source_file(str(tmp_path / "t.csv")), False)
        assert (guard.guarded(), guard.careful()) == (guarded, long), data


@pytest.mark.parametrize("row", [0, 1, 999])
def test_what_duckdb_reads_otherwise_at_the_top_is_left_to_the_careful_reader(
    row: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it may be in some version to come: here one number of the first thousand is off by a hair."""
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "".join(f"{i}.5,{2 * i}\n" for i in range(1500)))
    expected = outcome(path)
    read_by_duckdb = csv_fast.floats_of

    def otherwise(column: Any) -> Any:
        values = read_by_duckdb(column).copy()
        values[row] += 2.0**-30
        return values

    take("fast", monkeypatch)
    monkeypatch.setattr(csv_fast, "floats_of", otherwise)
    assert outcome(path) == expected


def test_an_identifier_with_an_underscore_is_no_number_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "1,2\n" * 70_000 + "100_1,3\n")
    for road in ROADS:
        with pytest.MonkeyPatch.context() as patch:
            take(road, patch)
            assert "line 70002, column `x`: `100_1`" in outcome(path)
    text = tmp_path / "u.csv"
    text.write_text("id,x,y\n" + "".join(f"100_{i},{i},{i}\n" for i in range(5000)))
    with pytest.MonkeyPatch.context() as patch:
        take("fast", patch)
        assert Whole(_scan(text)).rows == 5000


def _scan(path: Path) -> Any:
    from wxb.data import Selection, open_table

    return open_table(path).scan(Selection(target="y", features=["x"]))
