"""Tables that are pasted: whatever a spreadsheet writes is read, and what may be meant in two ways is said with its line."""

from __future__ import annotations

import csv
import io
import random

import pytest

from wxb.laboratory.texts import TEXTS, both

pytestmark = pytest.mark.browser
TABLES = """(lab, texts, tables) => {
    lab.teach(texts);
    lab.speak("en");
    return tables.map(lab.tableOf);
}"""


def of(lab_js, *tables: str):
    return lab_js(TABLES, both(), list(tables))


def written(rows, heads, separator: str, comma: bool, ends: str, quotes: int) -> str:
    """As a spreadsheet writes it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=ends, quoting=quotes)
    for row in [heads, *rows] if heads else rows:
        writer.writerow([repr(cell).replace(".", ",") if comma and isinstance(cell, float) else cell for cell in row])
    return out.getvalue()


def test_what_spreadsheets_write_is_read(lab_js):
    draw = random.Random(1)
    tables, wanted = [], []
    for k in range(150):
        separator = draw.choice(["\t", ";", ",", "|"])
        comma = draw.random() < 0.4
        heads = draw.choice(
            [None, ["공부시간", "점수"], ["study hours", 'the "score"'], ["x", "y;,\tz"], ["two\nlines", "b"]]
        )
        rows = [
            [round(draw.uniform(-99, 99), 1 + k % 4), draw.choice([-1, 1]) * draw.uniform(1, 9)]
            for __ in range(draw.randrange(2, 40))
        ]
        text = written(
            rows, heads, separator, comma, draw.choice(["\n", "\r\n"]), draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        )
        tables.append(draw.choice(["", "\ufeff", "\n\n"]) + text + draw.choice(["", "\n", "\n \n"]))
        names = {"x": "x", "y": "y"} if heads is None else dict(zip("xy", (" ".join(head.split()) for head in heads)))
        wanted.append((names, rows))
    for text, found, (names, rows) in zip(tables, of(lab_js, *tables), wanted):
        assert "fault" not in found, (text, found)
        assert (found["names"], found["rows"]) == (names, rows), text


def test_tables_as_people_have_them(lab_js):
    plain = {"x": "x", "y": "y"}
    cases = {
        "1,2\n3,4": (plain, [[1, 2], [3, 4]]),
        "1 2\n  3   4  \n": (plain, [[1, 2], [3, 4]]),
        "1,5 2,5\n3,5 4,5": (plain, [[1.5, 2.5], [3.5, 4.5]]),
        "x, y\n1, 2\n3, 4": (plain, [[1, 2], [3, 4]]),
        "−1\t2\n3\t−4": (plain, [[-1, 2], [3, -4]]),
        "이름\t시간\t점수\n철수\t1\t2\n영희\t2\t4": ({"x": "시간", "y": "점수"}, [[1, 2], [2, 4]]),
        "x,y,z\n1,2,3\n4,5,6": (plain, [[1, 2], [4, 5]]),
        "x,y\n1,2\n,3\nNA,4\n\n5,6\n7": (plain, [[1, 2], [5, 6]]),
        "1e3,.5\n+2,1.\n": (plain, [[1000, 0.5], [2, 1]]),
        '"시간","점수"\n"1,5","2"\n"2,5","3"': ({"x": "시간", "y": "점수"}, [[1.5, 2], [2.5, 3]]),
        "__proto__,constructor\n1,2": ({"x": "__proto__", "y": "constructor"}, [[1, 2]]),
        "<img src=x onerror=alert(1)>,</script>\n1,2": (
            {"x": "<img src=x onerror=alert(1)>", "y": "</script>"},
            [[1, 2]],
        ),
        "5,6": (plain, [[5, 6]]),
    }
    for (text, wanted), found in zip(cases.items(), of(lab_js, *cases)):
        assert (found.get("names"), found.get("rows")) == wanted, (text, found)


def test_what_cannot_be_meant_is_said_with_its_line(lab_js):
    cases = {
        "": "table.empty",
        " \n \n": "table.empty",
        "a,b\nc,d": "table.no_column",
        "5\n6\n7": "table.one_column",
        "name,y\nkim,1\nlee,2": "table.one_column",
        "x,y\n1,\n,2": "table.no_rows",
        'x,y\n1,"2\n': ("table.unclosed", 2),
        "x\ty\n1\t2\nfoo\t3\n4\t5": ("table.no_number", 3),
        "x\ty\n1,234,567\t2\n3\t4": ("table.grouped", 2),
        "x\ty\n3\t4\n1.234.567\t2": ("table.grouped", 3),
        "x;y\n1.234,5;2\n3;4": ("table.grouped", 2),
        "x\ty\n1 234\t2\n3\t4": ("table.grouped", 2),
        "x;y\n1,234;2\n2,345;3": ("table.either", 2),
        "x;y\n1.5;2\n2,5;3": ("table.mixed", 3),
        "date,y\n2024-01-01,3\n2024-01-02,4": ("table.date", 2),
        "y,time\n3,1\n4,2\n5,12:30": ("table.date", 4),
        "x,y\n3 kg,4\n5 kg,6": ("table.unit", 2),
        "시간\t점수\n1시간\t2점\n2시간\t4점": ("table.unit", 2),
        "점수\t값\n₩1000\t3\n₩2000\t4": ("table.unit", 2),
        "x,y\n50%,2\n60%,3": ("table.unit", 2),
        "x,y\n1e400,2\n3,4": ("table.infinite", 2),
        "x,y\ninf,2\n3,4": ("table.infinite", 2),
        '"two\nlines",y\n1,2\n3,4\nfive,6': ("table.no_number", 5),
    }
    for (text, wanted), found in zip(cases.items(), of(lab_js, *cases)):
        key, line = wanted if isinstance(wanted, tuple) else (wanted, None)
        start, end = TEXTS[key].split("{line}" if line else "{")[0], TEXTS[key].split("}")[-1]
        assert found.get("fault", "").startswith(start), (text, found)
        assert found["fault"].endswith(end), (text, found)
        assert line is None or f"ine {line}:" in found["fault"], (text, found)


def test_notes_say_what_was_done(lab_js):
    many, left, commas = of(lab_js, "n,x,y\na,1,2\nb,3,4", "x,y\n1,2\n,3", "x;y\n1,5;2\n2,5;3")
    assert many["notes"] == ["2 rows: x and y.", "Of 3 columns the first two of numbers are taken: x and y."]
    assert left["notes"] == ["1 row: x and y.", "1 row without a number in both columns is left out."]
    assert commas["notes"] == ["2 rows: x and y.", "Commas are read as decimal points."]


def test_large_and_odd_texts_are_refused(lab_js):
    script = """(lab, texts) => {
        lab.teach(texts);
        const rows = "1.25,3.5\\n";
        const sizes = [2000, 2001, 30000, 110000, 1200000].map((count) => "x,y\\n" + rows.repeat(count));
        const odd = ["\\"".repeat(1e6), ",".repeat(1e6), "\\n".repeat(1e6), "한".repeat(1e7), "1 ".repeat(5e5)];
        return [...sizes, ...odd].map((text) => {
            const found = lab.tableOf(text);
            return [found.rows?.length ?? 0, found.fault ?? ""];
        });
    }"""
    found = lab_js(script, both())
    assert [rows for rows, __ in found[:5]] == [2000, 0, 0, 0, 0]
    assert found[1][1].startswith("2001 rows")
    assert found[3][1].startswith("110 002 rows")
    assert "MB" in found[4][1]
    assert all(fault or rows for rows, fault in found)
