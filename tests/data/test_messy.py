"""43 bad files as seen in real life: each reads right, or stops with the words that lead to the cell.

What belongs to solving (a constant column, collinear ones, too few rows, overflow) reads as plain numbers here.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from data.reading import ROADS, Whole, take
from wxb.data import Selection, open_table
from wxb.errors import DataError

FOLDER = Path(__file__).parent.parent / "reference" / "messy"
CASES = {case["file"]: case for case in json.loads((FOLDER / "expected.json").read_text())["files"]}

STOPS = {
    "01": "line 5, column `hours`: `three` (the other 9 values of `hours` are numbers)",
    "02": "is empty (0 bytes)",
    "03": "there are no data rows, only the header `hours`, `score`",
    "09": "line 6, column `hours`: `inf`; line 10, column `score`: `-inf`; 3 missing values: line 3, column `hours`",
    "10": "there is no column `score`; the columns are `hours`, `Score`\n  did you mean `Score`?",
    "11": "line 4 has 1 field; line 5 has 3 fields; 2 expected",
    "14": "`area` holds text, not numbers: line 2: `1,000`",
    "20": "the column name `hours` occurs twice (a duplicate: columns 1 and 2)",
    "24": "NUL byte (\\x00) on line 4",
    "26": "column `discount` holds text, not numbers: line 2: `5%`",
    "29": "column `age` has no values: all 10 are missing",
    "31": "is a Parquet file (binary), not a CSV",
    "32": "is an Excel file (.xlsx, a zip archive)",
    "34": "there is no column `score`; line 1 looks like data, not like names: `1`, `52`",
    "35": "line 12, column `hours`: `Total`",
    "36": "line 6: a double quote is opened in this row and never closed",
    "38": "column `t` holds text, not numbers: line 2: `−5`",
    "39": "column `student` holds text, not numbers: 10 different values in 10 rows, an identifier",
    "40": "column `rent` holds text, not numbers: line 2: `$850`",
}
NOTES = {
    "13": "cells separated by semicolon, decimal comma",
    "22": "its encoding is not UTF-8; read as CP949",
    "23": "its encoding is not UTF-8; read as Windows-1252 (Latin-1)",
    "30": "read through gzip",
    "33": "read as UTF-16",
    "41": "column `id` has integers above 2^53",
}
SOLVING = ("04", "18", "19")  # errors of the next floor


def scan_of(name: str) -> Whole:
    case = CASES[name]
    features = None if case["predictors"] == ["(all)"] else case["predictors"]
    return Whole(open_table(FOLDER / name).scan(Selection(target=case["target"], features=features)))


def least_squares(whole: Whole) -> list[Fraction]:
    """Exact [intercept, slopes] in rationals, from (values, low)."""
    columns = [[Fraction(1)] * whole.rows]
    columns += [[Fraction(v) + Fraction(r) for v, r in zip(*column)] for column in whole.X]
    y = [Fraction(v) + Fraction(r) for v, r in zip(*whole.y)]
    p = len(columns)
    rows = [[sum(a * b for a, b in zip(columns[i], columns[j])) for j in range(p)] for i in range(p)]
    rows = [[*row, sum(a * b for a, b in zip(columns[i], y))] for i, row in enumerate(rows)]
    for i in range(p):
        pivot = next((r for r in range(i, p) if rows[r][i]), None)
        if pivot is None:
            return []
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [cell / rows[i][i] for cell in rows[i]]
        for r in range(p):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i])]
    return [row[-1] for row in rows]


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("name", CASES)
def test_every_file_ends_as_expected(name: str, road: str, monkeypatch: pytest.MonkeyPatch) -> None:
    take(road, monkeypatch)
    case, number = CASES[name], name[:2]
    if number in STOPS:
        with pytest.raises(DataError) as caught:
            scan_of(name)
        message = str(caught.value)
        assert STOPS[number] in message
        for words in case["message_should_mention"]:
            assert any(word.lower() in message.lower() for word in words.split("|")), (words, message)
        assert caught.value.do or number in ("09", "11")
        return
    whole = scan_of(name)
    assert whole.notes == [] if number not in NOTES else any(NOTES[number] in note for note in whole.notes)
    assert case["outcome"] != "error" or number in SOLVING
    expected = case["expected_fit"]
    if expected:
        assert whole.rows == expected["n"]
        found = least_squares(whole)
        if found and expected["coef"]:
            assert [float(value) for value in found] == pytest.approx(expected["coef"], rel=1e-12)


def test_there_are_43() -> None:
    assert len(CASES) == 43


def test_a_date_asked_for_as_a_predictor_is_named() -> None:
    with pytest.raises(DataError, match="column `date` holds text, not numbers: line 2: `2024-01-05`"):
        open_table(FOLDER / "16_mixed_dates.csv").scan(Selection(target="score", features=["date"]))


def test_terms_say_what_one_stands_for() -> None:
    whole = scan_of("28_boolean.csv")
    assert whole.scan.terms == ("hours", "tutor[TRUE]", "paid[yes]")
    assert whole.scan.integral == (False, True, True, True)
    assert whole.X[1][0][:3] == [1, 0, 1]
    assert whole.X[2][0][:3] == [0, 1, 1]


def test_names_come_out_right() -> None:
    assert scan_of("22_korean_cp949.csv").scan.terms == ("공부시간",)
    assert scan_of("23_latin1.csv").scan.terms == ("loyer_m²",)
    assert scan_of("12_bom_crlf.csv").scan.terms == ("hours",)
    assert scan_of("27_spaces.csv").scan.terms == ("hours",)


def test_dropping_the_incomplete_rows_is_counted(tmp_path: Path) -> None:
    text = (FOLDER / "09_nan_inf.csv").read_text().replace("-inf", "80").replace("inf", "4")
    (tmp_path / "m.csv").write_text(text)
    scan = open_table(tmp_path / "m.csv").scan(Selection(target="score", missing="drop"))
    whole = Whole(scan)
    assert whole.rows == 7
    assert whole.reading.dropped == 3
    assert whole.notes == ["3 of 10 rows dropped: missing hours (2), score (1)"]
    assert whole.row_numbers == [0, 2, 4, 5, 7, 8, 9]
