"""Columns that cannot be numbers: all of them in one message, and advice that fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from data.reading import refused
from wxb.data import Selection, open_table
from wxb.data.dates import DateForm, forms_of
from wxb.data.problems import advise
from wxb.errors import DataError, UsageError

REPORTS = Path(__file__).parent.parent / "reference" / "reports"
COLUMNS = {
    "id": ["S1", "S2", "S3"], "my name": ["kim", "lee", "kim"], "x": [1, 2, 3], "when": ["05/01/2024", "06/01/2024", "13/01/2024"],
    "y": [1, 3, 2], "z": ["1'000", "2'000", "3'000"], "v": [4.0, 5.5, 6.0],
}  # fmt: skip


def as_csv(columns: dict[str, list[Any]], path: Path) -> Path:
    path.write_text("\n".join(",".join(map(str, row)) for row in [list(columns), *zip(*columns.values())]) + "\n")
    return path


@pytest.mark.parametrize("form", ["csv", "dict", "arrow"])
def test_every_bad_column_is_named_in_one_go(form: str, tmp_path: Path) -> None:
    source = {
        "csv": lambda: as_csv(COLUMNS, tmp_path / "t.csv"),
        "dict": lambda: COLUMNS,
        "arrow": lambda: pa.table(COLUMNS),
    }
    message = refused(source[form]())
    place = "line 2" if form == "csv" else "row 1"
    assert "4 columns cannot be used as numbers:" in message
    for column, cell in (("id", "S1"), ("my name", "kim"), ("when", "05/01/2024"), ("z", "1'000")):
        line = next(line for line in message.splitlines() if line.startswith(f"    `{column}` holds text"))
        assert f"{place}: `{cell}`" in line
    reads = '`date="%d/%m/%Y"`' if form == "csv" else 'pandas.to_datetime(…, format="%d/%m/%Y")'
    assert reads in message
    assert "write `1'000` as 1000" in message
    # The option is ready to paste: these features do fit.
    assert 'leave `id` and `my name` out of the features: `features=["x", "v"]`' in message
    assert open_table(source[form]()).scan(Selection(target="y", features=["x", "v"])).terms == ("x", "v")


def test_names_are_quoted_for_the_shell() -> None:
    message = refused({"a,b": [1, 2], "c d": [2, 4], "bad": ["q", "r"], "y": [1, 2]})
    assert """`features=["a,b", "c d"]`""" in message


@pytest.mark.parametrize(("columns", "more"), [(10, ""), (11, "and 1 more columns")])
def test_ten_bad_columns_are_named(columns: int, more: str) -> None:
    message = refused({**{f"t{i}": ["a", "b", "a"] for i in range(columns)}, "x": [1, 2, 4], "y": [1, 2, 3]})
    assert sum(line.startswith("    `t") for line in message.splitlines()) == 10
    assert ("more columns" in message, more in message) == (bool(more), True)


@pytest.mark.parametrize(("cells", "more"), [(3, ""), (4, "; and 1 more")])
def test_three_bad_cells_are_shown(cells: int, more: str) -> None:
    message = refused({"x": [*"abcd"[:cells], *map(str, range(5))], "y": [*range(cells + 5)]})
    assert [f": `{letter}`" in message for letter in "abcd"] == [True, True, True, False]
    assert ("; and" in message, more in message) == (bool(more), True)


def test_many_bad_columns_are_counted() -> None:
    message = refused({**{f"t{i}": ["a", "b", "a"] for i in range(30)}, "x": [1, 2, 4], "y": [1, 2, 3]})
    assert "30 columns cannot be used" in message
    assert "and 20 more columns" in message
    assert '`features=["x"]`' in message


@pytest.mark.parametrize("cells", [["kim", "lee", "kim"], ["S1", "S2", "S3"], ["", "", ""]])
def test_the_target_is_not_left_out_of_the_features(cells: list[str], tmp_path: Path) -> None:
    columns = {"x": [1, 2, 3], "y": cells}
    for source in (as_csv(columns, tmp_path / "t.csv"), columns, pa.table(columns)):
        message = refused(source)
        assert "`y` is the target, which must be numbers" in message
        assert "Leave" not in message


def test_a_bad_cell_of_the_target_is_corrected(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n1,1\n2,2\n3,3\n4,oops\n")
    assert refused(tmp_path / "t.csv").endswith("correct these cells")
    assert refused(tmp_path / "t.csv", "x").endswith("correct these cells, or leave the column out")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1.0D+03", "2.5d-1", "1Q2"], "write `1.0D+03` as 1.0E+03"),
        (["1'000", "12'500.25", "2’000"], "write `1'000` as 1000"),
        (["1 000", "12 500", "2 000"], "write `1 000` as 1000"),
        (["1.234,5", "12.345,25"], "write `1.234,5` as 1234.5"),
        (["1_000", "12_500"], "write `1_000` as 1000"),
        (["0x10", "0xff"], "write `0x10` as 16"),
        (["１", "２"], "ASCII digits"),
        (["−5", "−6"], "the plain minus sign"),
        (["1,000", "2,000"], "thousands separators"),
        (["5%", "6%"], "% signs"),
        (["$5", "$6"], "currency signs"),
        (["05/01/2024", "13/01/2024"], '`date="%d/%m/%Y"` reads them'),
        (["05/01/2024", "06/01/2024"], '`date="%d/%m/%Y"`, or `date="%m/%d/%Y"` reads them'),
        (["2024/01/05 13:00", "2024/01/06 14:30"], '`date="%Y/%m/%d %H:%M"` reads them'),
        (["Jan 5 2024", "Feb 6 2024"], '`date="%b %d %Y"` reads them'),
        (["2024-01", "2024-02"], '`date="%Y-%m"` reads them'),
        (["05/01/2024", "Jan 6 2024"], "dates in several forms"),
        (["1974Q1", "1974Q4"], "quarters: write their first days, `1974Q1` as 1974-01-01"),
        (["Adult, 1 Egg Stage", "Adult, 2 Egg Stage"], ""),
        (["kim", "lee"], ""),
        (["S1", "S2"], ""),
        (["100_1", "1030_11"], ""),
    ],
)
def test_advice_fits_what_was_found(cells: list[str], said: str) -> None:
    found = advise(cells)
    assert said in found if said else found == ""
    assert "identifier" not in found
    assert "leave" not in found


def test_dates_that_an_option_reads_are_features_still(tmp_path: Path) -> None:
    columns = {"symbol": ["A", "B", "A"], "when": ["Jan 1 2000", "Feb 1 2000", "Mar 1 2000"], "y": [1, 3, 2]}
    message = refused(as_csv(columns, tmp_path / "t.csv"))
    assert '`date="%b %d %Y"`' in message
    assert 'leave `symbol` out of the features: `features=["when"]`' in message


@pytest.mark.parametrize("form", ["dict", "arrow", "parquet"])
def test_no_option_that_a_typed_table_refuses(form: str, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    columns = {"when": ["2012/01/01", "2012/01/02", "2012/01/15"], "y": [1, 3, 2]}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    source = {"dict": columns, "arrow": pa.table(columns), "parquet": tmp_path / "t.parquet"}[form]
    message = refused(source)
    assert 'pandas.to_datetime(…, format="%Y/%m/%d")' in message
    assert "date=" not in message
    assert "na=" not in refused({"x": [1, "-", 3, 4], "y": [1, 2, 3, 4]}, "x")


def test_signs_of_missing_cells_have_an_option(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n1,1\n-,2\n?,2\n")
    assert 'if they stand for missing values: `na=["-", "?"]`' in refused(tmp_path / "t.csv")


def test_json_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"x": "1", "y": 1}, {"x": "2", "y": 2}]')
    assert refused(tmp_path / "t.json").startswith("t.json: column `x` holds text, not numbers: row 1: `1`")


def test_one_text_in_every_row(tmp_path: Path) -> None:
    message = refused(as_csv({"x": [1, 2, 3], "place": ["a", "a", "a"], "y": [1, 2, 4]}, tmp_path / "t.csv"))
    assert "`place` holds text, not numbers, the same in every row:" in message


def test_a_model_that_is_predicted_from_needs_its_terms(tmp_path: Path) -> None:
    import wxb

    model = wxb.fit({"hours": [1, 2, 4], "y": [1, 2, 3]}, "y")
    with pytest.raises(DataError) as caught:
        model.predict({"hours": ["four", "five"]})
    assert "the model needs numbers in `hours`" in str(caught.value)
    assert "features" not in str(caught.value)


def test_the_reports() -> None:
    message = refused(REPORTS / "r08_dexp.csv")
    assert "`x` holds text, not numbers: line 2: `1.0D+00`" in message
    assert "`y` holds text, not numbers: line 2: `2.0D+00`" in message
    assert "look like numbers as Fortran writes them" in message
    assert "identifier" not in message
    assert "column `ID` holds text, not numbers" in refused(REPORTS / "r09_underscore.csv")


@pytest.mark.parametrize(
    ("form", "text", "iso"),
    [
        ("%d/%m/%Y", "5/1/2024", "2024-01-05"), ("%d/%m/%Y", "05/01/2024", "2024-01-05"), ("%d/%m/%Y", "29/02/2024", "2024-02-29"),
        ("%d/%m/%Y", "30/02/2024", None), ("%d/%m/%Y", "5/13/2024", None), ("%d/%m/%Y", "５/1/2024", None),
        ("%d/%m/%Y", "5/1/24", None), ("%d.%m.%y", "1.2.69", "1969-02-01"), ("%d.%m.%y", "1.2.68", "2068-02-01"),
        ("%b %d, %Y", "JAN 6,  2024", "2024-01-06"), ("%B %d %Y", "May 6 2024", "2024-05-06"),
        ("%B %Y", "march 2024", "2024-03-01"),
        ("%a %d %b %Y", "Fri 5 Jan 2024", "2024-01-05"), ("%a %d %b %Y", "Mon 5 Jan 2024", None), ("%Y", "2024", "2024-01-01"),
        ("%Y-%j", "2024-366", "2024-12-31"), ("%Y-%j", "2023-366", None),
        ("%Y-%m-%d %I:%M %p", "2024-01-05 12:30 AM", "2024-01-05T00:30"),
        ("%Y-%m-%d %I:%M %p", "2024-01-05 13:30 PM", None),
        ("%Y%m%dT%H%M%S.%f", "20240105T010203.000000001", "2024-01-05T01:02:03.000000001"),
        ("%Y-%m-%d %H:%M%z", "2024-01-05 01:00+0900", "2024-01-05T01:00+09:00"), ("%Y-%m-%d%z", "2024-01-05Z", "2024-01-05T00:00Z"),
        ("100%% %Y", "100% 2024", "2024-01-01"), ("%d/%m/%Y %H:%M", "1/1/2024 24:00", None),
    ],
)  # fmt: skip
def test_forms_of_dates(form: str, text: str, iso: str | None) -> None:
    from wxb.data.times import nanoseconds

    assert DateForm.of(form).nanoseconds(text) == (None if iso is None else nanoseconds(iso))


@pytest.mark.parametrize("form", ["%d/%m", "", "%Y %q", "%Y %Y", "%I %Y", "%Y %p", "%Y %"])
def test_a_form_that_says_no_date(form: str) -> None:
    if form == "%Y %":
        assert DateForm.of(form).nanoseconds("2024 %") is not None
        return
    with pytest.raises(UsageError, match="the form of dates"):
        DateForm.of(form)


def test_iso_needs_no_form() -> None:
    assert forms_of(["2024-01-05", "2024-01-06T01:02"]) == [""]


def test_errors_are_of_the_data() -> None:
    with pytest.raises(DataError):
        open_table(COLUMNS).scan(Selection(target="y"))
