"""Tables as people have them: what is unambiguous is recognised and said, what is not is named with its option."""

from __future__ import annotations

import gzip
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reading import ROADS, read, refused, take
from data.test_two_roads import both
from wxb.data.layout import SourceLayout
from wxb.errors import UsageError

REPORTS = Path(__file__).parent.parent / "reference" / "reports"


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    take(request.param, monkeypatch)
    return request.param


@pytest.mark.parametrize(
    ("name", "target", "first", "said"),
    [
        ("r33_comments.csv", "mean", [1959, 1960, 1961], "lines that begin with # are skipped as comments"),
        ("r04c_title.csv", "price", [1, 2, 3, 4], "1 line above the header skipped, the header is line 2"),
        ("r10b_ws.txt", "D", [1.1, 2.1, 3.1, 4.0], "cells separated by spaces"),
        ("r06c_sep_quoted.csv", "b", [1, 2, 3], "cells separated by semicolon"),
        ("r39d_array.json", "y", [1, 2, 3], ""),
    ],
)
def test_the_reports(name: str, target: str, first: list[float], said: str, road: str) -> None:
    whole = read(REPORTS / name, target)
    assert whole.X[0][0] == first
    assert not said or any(said in note for note in whole.notes)


ROWS = "1,2\n2,4\n3,7\n"
PLAIN = ([1.0, 2.0, 3.0], [2.0, 4.0, 7.0])


@pytest.mark.parametrize(
    "text",
    [
        f"# a\n#b, c\nx,y\n{ROWS}", f"x,y\n# units\n{ROWS}", "x,y\n1,2\n# moved\n2,4\n3,7\n",
        f"x,y\n{ROWS}# the end", f"#\n\n  # x\nx,y\n{ROWS}",
        f"# \"quoted\nx,y\n{ROWS}", f"Title\nx,y\n{ROWS}", f"Title of 2024\n\nby kim and lee\nx,y\n{ROWS}",
        f"Title,\nx,y\n{ROWS}",
        f"\"A, title\"\nx,y\n{ROWS}", "Title\r\nx,y\r\n1,2\r\n2,4\r\n3,7\r\n", " x  y\n 1\t2\n  2 4 \n3   7\n",
        "Title is here\n\nx   y\n1   2\n2   4\n3   7\n",
        "# c\nx y\n1 2\n2 4\n3 7\n", f"sep=,\nx,y\n{ROWS}", "\"sep=;\"\nx;y\n1;2\n2;4\n3;7\n", "\n\nx,y\n" + ROWS,
        "# x y\nx y\n1 2\n2 4\n3 7",
        "x\ty\n# a note\twith a tab and\tmore\n1\t2\n2\t4\n3\t7\n",
    ],
)  # fmt: skip
def test_what_is_unambiguous_is_read(text: str, road: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(text.encode())
    whole = read(tmp_path / "t.csv")
    assert (whole.scan.terms, whole.X[0][0], whole.y[0]) == (("x",), *PLAIN)
    assert text.startswith(("\n", "sep")) or whole.notes


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("#x,y\n" + ROWS, ("#x",)),  # a single marked line with a cell for each column is the header
        ("#id,z,y\n#1,2,3\n#2,3,5\n", None),  # marked identifiers are no comments
        ("id,2019,2020,y\n1,5,6,2\n2,6,8,4\n3,7,1,7\n", ("id", "2019", "2020")),
        ("2019,2020,y\n5,6,2\n6,8,4\n7,1,7\n", ("2019", "2020")),
    ],
)
def test_headers_that_look_odd(text: str, terms: tuple[str, ...] | None, road: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text)
    if terms is None:
        assert read(tmp_path / "t.csv", features=["z"]).X[0][0] == [2, 3]
    else:
        assert read(tmp_path / "t.csv").scan.terms == terms


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (f"junk,more\nx,y\n{ROWS}", {"skip": 1}),  # as many cells as the rows: it could be the header
        (f"a\nb,c\nd\nx,y\n{ROWS}", {"skip": 3}),
        (f"% note\nx,y\n% other\n{ROWS}", {"comment": "%"}),
        (f"//\nx,y\n{ROWS}", {"comment": "//"}),
        ("x~y\n1~2\n2~4\n3~7\n", {"sep": "~"}),
        ("x;y\n1;2\n2;4\n3;7\n", {"sep": ";"}),
        ("x y\n1 2\n2 4\n3 7\n", {"sep": " "}),
        ("x\ty\n1\t2\n2\t4\n3\t7\n", {"sep": "tab"}),
        ("x,y\n1,2\n2,4\n3,7\n-,9\n5,?\n", {"na": ["-", "?"], "missing": "drop"}),
        (
            "junk,more\nx|y\n% c\n1|2\n2|4\n3|7\n -|5\n",
            {"skip": 1, "sep": "|", "comment": "%", "na": "-", "missing": "drop"},
        ),
    ],
)
def test_options(text: str, options: dict[str, Any], road: str, tmp_path: Path) -> None:
    path = tmp_path / "t.dat"
    path.write_text(text)
    layout = {name: value for name, value in options.items() if name != "missing"}
    whole = read(path, layout=layout, missing=options.get("missing", "error"))
    assert (whole.scan.terms, whole.X[0][0], whole.y[0]) == (("x",), *PLAIN)


@pytest.mark.parametrize(
    ("text", "option"),
    [
        (f"junk,more\nx,y\n{ROWS}", "`skip=1`"),
        ("x~y\n1~2\n2~4\n", "`sep="),
        (f"x,y\n{ROWS}" + "8,9\n" * 30000 + "# late\n", '`comment="#"`'),
        ("1,2\n3,4\n", "`skip=0`"),
    ],
)
def test_what_is_not_unambiguous_is_named(text: str, option: str, road: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text)
    assert option in refused(tmp_path / "t.csv")


def test_a_header_of_numbers_is_one_when_said_so(road: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("2019,2020\n1,2\n3,5\n")
    assert read(tmp_path / "t.csv", "2020", layout={"skip": 0}).scan.terms == ("2019",)


def test_a_missing_cell_that_na_names_is_shown_as_written(road: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n" + "1,2\n" * 2500 + " - ,3\n")
    assert "line 2502, column `x`: ` - `" in refused(tmp_path / "t.csv", layout={"na": "-"})
    assert "no number: line 2502" in refused(tmp_path / "t.csv")


MARKED = st.sampled_from(
    ["# c", "#", "  # c,d", '# "', "#1,2", "1,2", "3,4", "5,x#", '"#",1', '"a\n#b",1', "-,1", "NA,1"]
)


@settings(max_examples=20)
@given(st.lists(MARKED, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_comments_and_titles_are_the_same_on_both_roads(lines: list[str], end: str) -> None:
    text = end.join(["# top", "x,y", "1,2", "2,4", *lines, ""])
    for layout in ({}, {"na": "-"}, {"comment": "#"}, {"skip": 1}):
        careful, fast = both(text.encode(), layout=layout, missing="drop")
        assert careful == fast


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "name", "option"),
        [
            ("shift_jis", "勉強時間", "shift_jis"), ("gb18030", "学习时间", "gb18030"), ("cp1251", "часы учёбы", "cp1251"),
            ("shift_jis", "べんきょう", "shift_jis"), ("big5", "學習時間", "big5"),
        ],
    )  # fmt: skip
    def test_the_likely_one_is_named_and_obeyed(self, encoding: str, name: str, option: str, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        path.write_bytes(f"{name},y\n{ROWS}".encode(encoding))
        message = refused(path, "y", features=[name])
        assert f'`encoding="{option}"`' in message
        whole = read(path, layout={"encoding": encoding})
        assert whole.scan.terms == (name,)
        assert whole.notes == []

    def test_latin_is_not_taken_for_more(self, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        for name in ("größe", "naïveté", "mañana", "m²", "Ærø å"):
            path.write_bytes(f"{name},y\n{ROWS}".encode("cp1252"))
            whole = read(path)
            assert whole.scan.terms == (name,)
            assert "may be" not in whole.notes[0]

    def test_wrong_ones_are_said(self, road: str, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        path.write_bytes("공부,y\n1,2\n3,4\n".encode("cp949"))
        message = refused(path, layout={"encoding": "utf-8"})
        assert "line 1: it does not decode as UTF-8" in message
        assert '`encoding="cp949"`' in message
        path.write_bytes(b"x,y\n" + b"1,2\n" * 300_000 + "é,2\n".encode("cp1252"))
        assert "line 300002: it does not decode as UTF-8" in refused(path, layout={"encoding": "utf-8"})
        path.write_bytes(b"\xff\xfe1\x00,\x00y\x00\n")
        assert "does not decode as UTF-16" in refused(path)

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8", "utf-8-sig", "cp949", "cp437", "utf-32"])
    def test_any_codec(self, encoding: str, road: str, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        path.write_bytes(f"x,y\n{ROWS}".encode(encoding))
        assert read(path, layout={"encoding": encoding}).X[0][0] == PLAIN[0]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_in_another_unicode_form(form: str, road: str, tmp_path: Path) -> None:
    other = "NFD" if form == "NFC" else "NFC"
    table = {
        unicodedata.normalize(form, name): cells
        for name, cells in {"Größe": [1, 2], "한글": ["yes", "no"], "é": [2, 4]}.items()
    }
    path = tmp_path / "t.csv"
    path.write_text(",".join(table) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in zip(*table.values())))
    asked = [unicodedata.normalize(other, name) for name in ("Größe", "한글", "é")]
    for source in (path, table):
        for second in (asked[1], f"{asked[1]}[yes]"):
            whole = read(source, asked[2], features=[asked[0], second])
            assert whole.scan.terms == (asked[0], f"{asked[1]}[yes]")
            assert whole.scan.target == asked[2]
            assert whole.X[1][0] == [1, 0]
            assert sum("another Unicode form" in note for note in whole.notes) == 3


class TestJson:
    @pytest.mark.parametrize("name", ["t.json", "t.jsonl", "t.txt", "t.csv", "t.json.gz"])
    @pytest.mark.parametrize("indent", [None, 2])
    @pytest.mark.parametrize("array", [True, False])
    def test_an_array_reads_as_its_lines(
        self, name: str, indent: int | None, array: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from wxb.data import jsonlines

        monkeypatch.setattr(jsonlines, "PIECE", 7)
        rows = [{"x": i, "note": 'a"]}\\ é', "y": i / 3} for i in range(50)]
        text = "\n \n" + (json.dumps(rows, indent=indent) if array else "\n".join(map(json.dumps, rows)))
        (tmp_path / name).write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
        whole = read(tmp_path / name, features=["x"])
        assert whole.X[0][0] == list(range(50))
        assert whole.y[0] == [i / 3 for i in range(50)]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ('[{"x": 1, "y": 2}', "not closed"), ('[{"x": 1, "y": 2},', "not closed"), ('[{"x": 1, "y": 2}, ]', "line 1"),
            ('[{"x": 1, "y": 2}\n{"x": 1, "y": 2}]', "line 2"), ('[{"x": 1, "y": 2}] 3', "more follows"),
            ("[1, 2]", "is no JSON object"),
            ('[[1, 2]]', "is no JSON object"), ("[]", "no data rows"), ("[", "not closed"), ('[{"x": 1, "x": 2}]', "occurs twice"),
            ('[{"x": 1,\n "y": "a}]', "line 1"), ('{"data": [1]}', "there is no column"), ('[{"x": tru}]', "from letter 7 on"),
        ],
    )  # fmt: skip
    def test_broken_arrays(self, text: str, words: str, tmp_path: Path) -> None:
        (tmp_path / "t.json").write_text(text)
        assert words in refused(tmp_path / "t.json")

    def test_places_are_lines(self, tmp_path: Path) -> None:
        (tmp_path / "t.json").write_text(json.dumps([{"x": 1, "y": 2}] * 3 + [{"x": "a", "y": 2}], indent=1))
        assert 'line 14, column `x`: `"a"`' in refused(tmp_path / "t.json")

    def test_na(self, tmp_path: Path) -> None:
        (tmp_path / "t.json").write_text('[{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": "?", "y": 2}]')
        assert read(tmp_path / "t.json", missing="drop", layout={"na": "?"}).X[0][0] == [1, 3]


@pytest.mark.parametrize(
    "options",
    [{"skip": -1}, {"skip": "2"}, {"skip": True}, {"comment": ""}, {"comment": '"'}, {"na": [1]},
     {"sep": "ab"}, {"sep": "a"}, {"sep": '"'},
     {"encoding": "utf-9"}, {"encoding": "base64"}, {"date": "%q"}, {"date": 3}, {"where": 3}],
)  # fmt: skip
def test_options_that_mean_nothing(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        SourceLayout(**options)
