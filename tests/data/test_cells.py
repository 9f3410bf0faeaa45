"""What a cell of text means, on both roads: Python's csv module and DuckDB."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.reading import ROADS, exact, read, refused, take
from support.thinned import pairwise
from wxb.data.words import MISSING_SPELLINGS, is_missing


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    take(request.param, monkeypatch)
    return request.param


def write(folder: Path, *cells: str, before: int = 0) -> Path:
    """A file with the cells as column x, after `before` rows of plain numbers."""
    rows = [f"{i},{i}" for i in range(before)] + [f"{cell},1" for cell in cells]
    path = folder / "t.csv"
    path.write_text("x,y\n" + "\n".join(rows) + "\n", encoding="utf-8", newline="")
    return path


# Enough plain rows that the odd one is behind the 2000 rows looked at beforehand.
BEHIND = 2500


@pytest.mark.parametrize("before", [3, BEHIND])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("-2.5", -2.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1E-3", 0.001), ("+5", 5), (" 5 ", 5),
        ("\t5\t", 5), ('"5"', 5), ('" 5 "', 5), ("00012", 12), ("-0", 0), ("1e-400", 0), ("4.9e-324", 5e-324),
        ("1.7976931348623157e308", 1.7976931348623157e308), ("0.1", 0.1), ("1.5", 1.5),
        ("0.1000000000000000055511151231257827021181583404541015625", 0.1),
        ("9007199254740993.5", 9007199254740994.0),
    ],
)  # fmt: skip
def test_numbers(text: str, value: float, before: int, tmp_path: Path, road: str) -> None:
    whole = read(write(tmp_path, text, "7", before=before))
    assert whole.X[0][0][before:] == [value, 7]
    assert not any(whole.X[0][1])
    assert whole.rows == before + 2


NO_NUMBERS = (
    '"1,000"', "5%", "$5", "−5", "５", "0x10", "0b11", "5d", "1 000", "(3)", "--5", "1e", "1__0", "_1", "1_", "TRUE", "yes",
    "three", "-", "?", "'5'", "1.2.3", "12:30", "2024-01-05", "\u00a05", "5\u200b", "nan5", "²", "1e5e5",
    "1_000", "100_1", "1.5_0", "1e1_0", "+-5", "nan(1)", "nan()", "-nan(ind)", "+-nan",
)  # fmt: skip


@pytest.mark.parametrize(("text", "before", "road"), pairwise(NO_NUMBERS, [3, BEHIND], ROADS), indirect=["road"])
def test_no_numbers(text: str, before: int, tmp_path: Path, road: str) -> None:
    message = refused(write(tmp_path, text, "7", before=before))
    assert f"line {before + 2}, column `x`: `" in message
    assert f"the other {before + 1} values of `x` are numbers" in message


@pytest.mark.parametrize("before", [3, BEHIND])
@pytest.mark.parametrize("text", ["inf", "-inf", "Infinity", "INF", "+inf", "1e400", "-1e999"])
def test_infinite(text: str, before: int, tmp_path: Path, road: str) -> None:
    for missing in ("error", "drop"):
        message = refused(write(tmp_path, text, "7", before=before), missing=missing)
        assert f"1 infinite value: line {before + 2}, column `x`: `{text}`" in message


MISSING_CELLS = [*MISSING_SPELLINGS, " NA ", "nA", "  ", '""', '" "', "NONE", "Na"]


@pytest.mark.parametrize(("text", "before", "road"), pairwise(MISSING_CELLS, [3, BEHIND], ROADS), indirect=["road"])
def test_missing(text: str, before: int, tmp_path: Path, road: str) -> None:
    assert is_missing(text.strip('"'))
    path = write(tmp_path, text, "7", before=before)
    message = refused(path)
    assert f"1 missing value: line {before + 2}, column `x`" in message
    assert 'missing="drop"' in message
    assert '`missing="drop"`' in message
    whole = read(path, missing="drop")
    assert whole.row_numbers == [*range(before), before + 1]
    assert whole.reading.dropped == 1
    assert whole.notes == [f"1 of {before + 2} rows dropped: missing x (1)"]


@pytest.mark.parametrize("before", [0, 3, BEHIND])
def test_integers_keep_their_digits(before: int, tmp_path: Path, road: str) -> None:
    large = [2**53, 2**53 + 1, -(2**53) - 1, 2**63, 12345678901234567890, 10**30 + 7, -(10**31) - 1]
    whole = read(write(tmp_path, *map(str, large), before=before))
    assert exact(whole.X[0])[before:] == large
    assert whole.scan.integral == (True, True)
    assert any("`x` has integers above 2^53" in note for note in whole.notes)


@pytest.mark.parametrize("large", [2**53 + 1, -(2**53) - 1, -(10**17) - 1])
def test_one_large_integer_is_enough(large: int, tmp_path: Path, road: str) -> None:
    assert exact(read(write(tmp_path, str(large), before=BEHIND)).X[0])[-1] == large


def test_integral_ends_when_a_later_row_is_no_integer(tmp_path: Path, road: str) -> None:
    whole = read(write(tmp_path, "2.5", before=BEHIND))
    assert whole.X[0][0][-1] == 2.5
    assert whole.scan.integral == (False, True)


def test_a_large_number_with_a_point_is_no_integer(tmp_path: Path, road: str) -> None:
    whole = read(write(tmp_path, "9007199254740993", "1e300", before=BEHIND))
    assert exact(whole.X[0])[BEHIND:] == [9007199254740993, int(1e300)]
    assert whole.scan.integral == (False, True)


@pytest.mark.parametrize("words", [("TRUE", "FALSE"), ("true", "False"), ("yes", "no"), ("Yes", "NO")])
def test_yes_and_no(words: tuple[str, str], tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "".join(f"{words[i % 2]},{i}\n" for i in range(3000)))
    whole = read(path)
    assert whole.scan.terms == (f"x[{'yes' if words[0].lower() == 'yes' else 'TRUE'}]",)
    assert whole.X[0][0] == [1.0, 0.0] * 1500
    assert read(path, features=list(whole.scan.terms)).X == whole.X
    with path.open("a") as file:
        file.write(f" {words[0].upper()} ,1\nmaybe,2\n")
    message = refused(path)
    assert "1 cell that is no number: line 3003, column `x`: `maybe`" in message


def test_a_boolean_target_says_what_one_is(tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,passed\n1,no\n2,yes\n")
    whole = read(path, "passed")
    assert whole.y[0] == [0, 1]
    assert whole.scan.target == "passed"
    assert whole.notes == ["`passed`: yes is read as 1"]


def test_decimal_comma(tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x;y\n" + "".join(f"{i},5;{i}\n" for i in range(3000)))
    assert read(path).X[0][0] == [i + 0.5 for i in range(3000)]
    with path.open("a") as file:
        file.write("1.5;2\n")
    assert "line 3002, column `x`: `1.5`" in refused(path)


def test_a_comma_that_may_be_either_is_refused(tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x;y\n1,000;1\n2,500;2\n")
    assert "line 2: `1,000` can mean a thousand or a decimal comma" in refused(path)
    path.write_text("x;y\n0,125;1\n2,500;2\n")
    assert read(path).X[0][0] == [0.125, 2.5]


def test_many_bad_cells_are_counted(tmp_path: Path, road: str) -> None:
    message = refused(write(tmp_path, *["a"] * 500, before=BEHIND))
    assert "500 cells that are no numbers: line 2502, column `x`: `a`; line 2503" in message
    assert "and 497 more" in message
    assert "the other 2500 values of `x` are numbers" in message


def test_long_text_and_control_characters(tmp_path: Path, road: str) -> None:
    message = refused(write(tmp_path, "a" * 100_000, "\x1b[31mred", before=5))
    assert "`" + "a" * 39 + "…`" in message
    assert "`\\x1b[31mred`" in message
    assert len(message) < 400


# One table of spellings: a number, MISSING, INFINITE, or None for text; for every reader and for what is typed.
MISSING, INFINITE = "missing", "infinite"
SPELLINGS = {
    "5": 5, "1.": 1, ".5": 0.5, "+5": 5, "-0": 0, "1e3": 1000, "1E+3": 1000, "00012": 12, " 5 ": 5,
    "nan": MISSING, "NaN": MISSING, "-nan": MISSING, "+nan": MISSING, "NA": MISSING, "": MISSING,
    "inf": INFINITE, "-inf": INFINITE, "Infinity": INFINITE, "1e400": INFINITE,
    "100_1": None, "1_000": None, "1.5_0": None, "nan(1)": None, "+-5": None,
    "--5": None, "0x10": None, "１": None, "−5": None, "1e": None,
    "1.0D+03": None, "1'000": None, "1 000": None,
}  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
def test_the_table_of_spellings(text: str, tmp_path: Path, road: str) -> None:
    import json

    from wxb.cli import values
    from wxb.data.words import number
    from wxb.errors import UsageError

    meant = SPELLINGS[text]
    found = number(text)
    assert (
        None if found is None else MISSING if found != found else INFINITE if abs(found) == float("inf") else found
    ) == meant
    if isinstance(meant, int | float):
        assert values.number(text, "--at x") == meant
    else:
        with pytest.raises(UsageError):
            values.number(text, "--at x")
    path = write(tmp_path, text, before=BEHIND)
    if meant is None:
        assert "that is no number" in refused(path)
    elif meant == INFINITE:
        assert "1 infinite value" in refused(path)
    else:
        expected = [] if meant == MISSING else [meant]
        assert read(path, missing="drop").X[0][0][BEHIND:] == expected
    # In JSON lines numbers in quotes are text; missing words are missing.
    lines = tmp_path / "t.jsonl"
    lines.write_text('{"x": 7, "y": 1}\n' * 3 + json.dumps({"x": text, "y": 1}) + "\n")
    if meant == MISSING:
        assert read(lines, missing="drop").rows == 3
    else:
        assert "that is no number" in refused(lines)
