"""Sheets of Excel files: the table a person sees, by the extra `excel`; without it the line that installs it."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from data.reading import read, refused
from wxb.data.excel_bounds import check_bounds
from wxb.data.source_file import SourceFile
from wxb.errors import DataError, MissingExtra, UsageError

MESSY = Path(__file__).parent.parent / "reference" / "messy" / "32_really_xlsx.csv"


def sheet_xml(rows: list[list[Any]]) -> str:
    """A sheet with its texts in place; None leaves a cell out, ("d", n) is a date of n days."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for place, cell in enumerate(row):
            name = f"{chr(65 + place)}{number}"
            if isinstance(cell, str):
                cells.append(f'<c r="{name}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>')
            elif isinstance(cell, bool):
                cells.append(f'<c r="{name}" t="b"><v>{int(cell)}</v></c>')
            elif isinstance(cell, tuple):
                cells.append(f'<c r="{name}" s="1"><v>{cell[1]}</v></c>')
            elif cell is not None:
                cells.append(f'<c r="{name}"><v>{cell!r}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    """A small .xlsx file, written by hand."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(sheets, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/s{i}.xml"/>'
            for i, _ in enumerate(sheets, 1)
        )
        + f'<Relationship Id="st" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/s{i}.xml": sheet_xml(rows) for i, rows in enumerate(sheets.values(), 1)},
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


PLAIN: list[list[Any]] = [["x", "y"], [1, 2], [2.5, 4], [3, 7]]


def test_a_real_one(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(MESSY.read_bytes())
    whole = read(path, "score")
    assert whole.scan.terms == ("hours",)
    assert whole.rows == 10
    assert whole.notes == []
    assert read(io.BytesIO(MESSY.read_bytes()), "score").rows == 10
    assert "rename it to end in .xlsx" in refused(MESSY, "score")


def test_what_cells_may_hold(tmp_path: Path) -> None:
    rows = [["day", "paid", 2019, "name", "y"], [("d", 45296), True, 1, "kim", 1], [("d", 45297.5), False, 2.5, None, 2],
            [None] * 5, [None, None, "NA", "lee", 3]]  # fmt: skip
    path = workbook(tmp_path / "t.xlsx", One=rows)
    whole = read(path, features=["day", "paid", "2019"], missing="drop")
    assert whole.scan.terms == ("day", "paid[TRUE]", "2019")
    assert [column[0] for column in whole.X] == [[19727.0, 19728.5], [1, 0], [1, 2.5]]
    assert whole.scan.kinds[0].sort == "instant"
    assert "row 5, column `day`; row 5, column `paid`" in refused(path, features=["day", "paid"])
    assert "column `name` holds text" in refused(path)
    assert read(path, features=["2019"], layout={"where": "name == 'kim'"}).y[0] == [1]


def test_a_small_file_that_stands_for_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    far = tmp_path / "far.xlsx"
    for member in zipfile.ZipFile(workbook(tmp_path / "t.xlsx", One=PLAIN)).infolist():
        with zipfile.ZipFile(tmp_path / "t.xlsx") as source, zipfile.ZipFile(far, "a", zipfile.ZIP_DEFLATED) as archive:
            text = source.read(member).replace(b'r="A4"', b'r="XFD1048576"')
            archive.writestr(member.filename, text)
    assert "reaches to cell XFD1048576, 16 384 columns by 1 048 576 rows" in refused(far)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "")
    content = bytearray(bomb.read_bytes())
    at = content.index(b"PK\x01\x02") + 24  # the unpacked size in the archive's own list
    content[at : at + 4] = (0xFFFFFFF0).to_bytes(4, "little")
    bomb.write_bytes(content)
    assert "unpacks to 4 294 967 280 bytes" in refused(bomb)


def test_sheets(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", First=PLAIN, Second=[["x", "y"], [5, 6]])
    whole = read(path)
    assert whole.X[0][0] == [1, 2.5, 3]
    assert whole.notes == ["t.xlsx: sheet `First` is read, the first of 2 (`sheet=` names another)"]
    assert read(path, layout={"sheet": "Second"}).X[0][0] == [5]
    assert read(path, layout={"sheet": "Second"}).notes == []
    assert "there is no sheet `Secnd`; there are `First`, `Second`\n  did you mean `Second`?" in refused(
        path, layout={"sheet": "Secnd"}
    )


def test_titles_and_options(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", A=[["Prices of 2024"], [None], ["by kim"], *PLAIN, ["-", 9]])
    whole = read(path, layout={"na": "-"}, missing="drop")
    assert whole.X[0][0] == [1, 2.5, 3]
    assert "the header is row 4" in whole.notes[0]
    assert "row 8, column `x`: `-`" in refused(path)
    path = workbook(tmp_path / "u.xlsx", A=[["junk", "more"], *PLAIN])
    assert read(path, layout={"skip": 1}).X[0][0] == [1, 2.5, 3]
    path = workbook(tmp_path / "v.xlsx", A=[["when", "y"], ["05/01/2024", 1], ["06/01/2024", 2]])
    assert read(path, layout={"date": "%d/%m/%Y"}).X[0][0] == [19727, 19728]


def test_what_is_refused(tmp_path: Path) -> None:
    assert "is empty" in refused(workbook(tmp_path / "a.xlsx", A=[]))
    assert "no data rows" in refused(workbook(tmp_path / "b.xlsx", A=[["x", "y"]]))
    assert "looks like data" in refused(workbook(tmp_path / "c.xlsx", A=[[1, 2], [3, 4]]))
    numbers = workbook(tmp_path / "d.xlsx", A=[["x", "y"], ["1", 2], ["2", 3]])
    assert "numbers kept as text" in refused(numbers)
    with pytest.raises(UsageError, match="sep"):
        read(numbers, layout={"sep": ";"})
    with pytest.raises(UsageError, match="2 Excel files"):
        read([numbers, numbers])
    (tmp_path / "t.csv").write_text("x,y\n1,2\n")
    with pytest.raises(UsageError, match="sheet"):
        read(tmp_path / "t.csv", layout={"sheet": "A"})


@pytest.mark.parametrize("keep", [40, 1000, 3000, 0.9])
def test_damaged_files(keep: float, tmp_path: Path) -> None:
    data = MESSY.read_bytes()
    path = tmp_path / "t.xlsx"
    path.write_bytes(data[: int(keep if keep > 1 else len(data) * keep)])
    with pytest.raises(DataError):
        read(path, "score")


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtra, match=r"python-calamine") as caught:
        read(workbook(tmp_path / "t.xlsx", A=PLAIN))
    assert caught.value.do == "pip install 'wxb[excel]'"


@pytest.mark.parametrize(("last", "fits"), [("XFD6103", True), ("XFD6104", False)])
def test_a_sheet_reaches_at_most_over_a_hundred_million_cells(tmp_path: Path, last: str, fits: bool) -> None:
    """XFD is column 16 384."""
    file = SourceFile(str(tmp_path / "t.xlsx"), "t.xlsx", 0, 0)
    with zipfile.ZipFile(file.path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f'<sheetData><row><c r="A1"/><c r="{last}"/></row></sheetData>')
    if fits:
        check_bounds(file)
    else:
        with pytest.raises(DataError, match=f"reaches to cell {last}, 16 384 columns by 6104 rows"):
            check_bounds(file)
