"""Tables in CSV and JSON: well-formed ones, judged by rational arithmetic, and bytes that were tables once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from drawn import WORDS, Made, mutated, shown
from oracle import check_fit

import wxb


def _decimal(random: Random) -> str:
    match random.randrange(6):
        case 0:
            return str(random.randrange(-9, 10))
        case 1:
            return f"{random.uniform(-100, 100):.{random.randrange(6)}f}"
        case 2:
            return repr(random.gauss(0, 1) * 10.0 ** random.randrange(-12, 12))
        case 3:
            return str(random.randrange(-(2 ** random.randrange(1, 62)), 2 ** random.randrange(1, 62)))
        case 4:
            return f"{random.randrange(10**6)}e{random.randrange(-8, 9)}"
        case _:
            return str(1_700_000_000 + random.randrange(1000))


def _value(text: str) -> Fraction:
    """The number as it is stored: whole numbers keep all digits, the rest is a float64."""
    return Fraction(int(text)) if text.lstrip("+-").isdigit() else Fraction(float(text))


def csv_right(random: Random, folder: Path) -> Made:
    """A well-formed table: the coefficients and errors are those of rational arithmetic."""
    p, n = random.randrange(1, 4), random.randrange(3, 9)
    cells = [[_decimal(random) for _ in range(p + 1)] for _ in range(n)]
    separator = random.choice(",,,;\t")
    names = [f"c{i}" for i in range(p)]
    lines = [separator.join([*names, "y"]), *(separator.join(row) for row in cells)]
    text = random.choice(("\n", "\r\n")).join(lines) + random.choice(("", "\n"))
    intercept, precision = random.random() < 0.8, "exact" if random.random() < 0.75 else "fast"
    form = random.choice(("csv", "jsonl", "dict"))
    path = folder / f"t.{form}"
    rows = [[_value(cell) for cell in row[:-1]] for row in cells]

    def call() -> None:
        source: Any = path
        if form == "csv":
            path.write_bytes(text.encode())
        elif form == "jsonl":
            path.write_text(
                "\n".join("{" + ", ".join(f'"{n}": {c}' for n, c in zip([*names, "y"], row)) + "}" for row in cells)
            )
        else:
            columns = zip(*([float(cell) for cell in row] for row in cells))
            source = dict(zip([*names, "y"], map(list, columns)))
        model = wxb.fit(source, "y", intercept=intercept, precision=precision)
        exact = rows if form != "dict" else [[Fraction(float(cell)) for cell in row[:-1]] for row in cells]
        target = [_value(row[-1]) if form != "dict" else Fraction(float(row[-1])) for row in cells]
        check_fit(model, exact, target, intercept=intercept)
        str(model)

    return call, f"{form} intercept={intercept} {precision} {text!r}"


SEEDS = (
    b"x,a,y\n1,2,3\n2,4,5\n3,5,9\n4,1,2\n", b"x;y\n1,5;2\n2,5;3\n3,5;7\n", b"x\ty\r\n1\t2\r\n2\t3\r\n3\t5\r\n",
    b'"x","y"\n"1","2"\n"2","4"\n"3","7"\n',
    b"\xef\xbb\xbfx,y\n1,2\n2,3\n3,5\n", "x,y\n1,2\n2,3\n3,5\n".encode("utf-16"), "공부,점수\n1,2\n2,3\n3,5\n".encode("cp949"),
    b"# note\n# more\nx,y\n1,2\n2,3\n3,5\n", b"x   y\n1   2\n2   3\n3   5\n", b"t,y\n2024-01-01,1\n2024-01-02,2\n2024-01-04,5\n",
    b"p,y\nyes,1\nno,2\nyes,4\n", b"x,y\n1,2\n,3\n3,5\n4,NA\n5,6\n", b"sep=;\nx;y\n1;2\n2;3\n3;5\n",
    b"x,y\n1,2\n2,3\n3,5\ntotal,10\n", b"",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00", b"PAR1abcdPAR1", b"PK\x03\x04",
)  # fmt: skip


def drawn_table(random: Random) -> bytes:
    """A table of some rows as people write them."""
    separator, quoted = random.choice((",", ",", ";", "\t", "|")), random.random() < 0.2
    kinds = [
        random.choice(("number", "number", "whole", "truth", "date", "label")) for _ in range(random.randrange(1, 4))
    ]
    lines = [[*("x", "a", "b")[: len(kinds)], "y"]]
    for i in range(random.randrange(2, 12)):
        cells = {
            "number": _decimal(random),
            "whole": str(random.randrange(50)),
            "truth": random.choice(("yes", "no")),
            "date": f"2024-{1 + i % 12:02}-{random.randrange(1, 29):02}",
            "label": random.choice(("1", "2", "p")),
        }
        lines.append(
            [random.choice(("", "NA")) if random.random() < 0.02 else cells[kind] for kind in kinds]
            + [_decimal(random)]
        )
    mark = '"' if quoted else ""
    return "\n".join(separator.join(f"{mark}{cell}{mark}" for cell in line) for line in lines).encode()


def csv_bytes(random: Random, folder: Path) -> Made:
    """Bytes that were a table once."""
    import gzip

    data = drawn_table(random)
    if random.random() < 0.6:
        data = mutated(random, random.choice((data, data, random.choice(SEEDS))))
    packed = random.random() < 0.08
    if packed:
        data = mutated(random, gzip.compress(data, 1), ("\0", "\x1f"))
    path = folder / random.choice(("b.csv", "b.csv", "b.tsv", "b.txt", "b.csv.gz"))
    target = random.choice(("y",) * 9 + ("x", "점수", None))
    options = random.choice(
        ({}, {}, {"missing": "drop"}, {"by": "x"}, {"weights": "a"}, {"features": ["x"]}, {"test": 0.5}, {"folds": 2})
    )

    def call() -> None:
        path.write_bytes(data)
        found = wxb.fit(path, target, **options)
        if random.random() < 0.3:
            str(found)
        if random.random() < 0.2 and "by" not in options:
            found.predict(path)
            wxb.update(found, path, **{name: value for name, value in options.items() if name == "weights"})

    return call, f"{path.name} {target} {options} {shown(data)}"


JSON_SEEDS = (
    b'{"x": 1, "y": 2}\n{"x": 2, "y": 3}\n{"x": 3, "y": 5}\n', b'[{"x": 1, "y": 2}, {"x": 2, "y": 3}, {"x": 3, "y": 5}]',
    b'{"x": true, "y": 2}\n{"x": null, "y": 3}\n', b'{"x": "yes", "y": 2.5}\n{"x": "no", "y": 3}\n{"x": "no", "y": 4}\n',
    b'{"x": [1, 2], "y": {"a": 3}}\n{"x": 1e999, "y": -0}\n',
    b'{"\\ud800": 1, "y": 2}\n{"\\ud800": 2, "y": 3}\n{"\\ud800": 5, "y": 4}\n',
    b'{"x": "2024-01-02", "y": 1}\n{"x": "2024-01-05", "y": 2}\n{"x": "2024-02-05", "y": 4}\n', b'[[1, 2], [3, 4]]',
    b'{"x": [1, 2, 3], "y": [2, 3, 5]}',
)  # fmt: skip
JSON_WORDS = (
    *WORDS,
    "1e999",
    "NaN",
    "-Infinity",
    "\\ud800",
    "\\u0000",
    "[" * 40,
    "{",
    "}",
    "]",
    ":",
    "true",
    "null",
    "-",
    "01",
    "1.",
    "9" * 5000,
)


def json_bytes(random: Random, folder: Path) -> Made:
    """Bytes that were JSON once, as lines or as one array."""
    data = mutated(random, random.choice(JSON_SEEDS), JSON_WORDS)
    path = folder / random.choice(("j.jsonl", "j.jsonl", "j.ndjson", "j.json"))
    target = random.choice(("y", "y", "x"))
    options = random.choice(({}, {}, {"missing": "drop"}, {"by": "x"}))

    def call() -> None:
        path.write_bytes(data)
        found = wxb.fit(path, target, **options)
        if random.random() < 0.3:
            str(found)

    return call, f"{path.name} {target} {options} {shown(data)}"
