"""The same refusals and remarks through both faces: Python never reads a flag, the command line never reads a keyword."""

from __future__ import annotations

import inspect
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

import wxb as package
from wxb.errors import WxbError

KEYWORDS = {*inspect.signature(package.fit).parameters, "interval", "at", "zero_grad", "even_if_diverged"} - {
    "layout",
    "data",
}
KEYWORDS |= {"skip", "comment", "na", "encoding", "date", "sep", "sheet", "where"}
KEYWORD = re.compile(rf"(?<![\w.-])(?:{'|'.join(sorted(KEYWORDS))})=")
FLAG = re.compile(r"(?<![\w-])--[a-z]")
DATA = {
    "plain.csv": "a,b,y\n" + "".join(f"{i},{(7 * i) % 5},{2 * i + i % 3}\n" for i in range(20)),
    "missing.csv": "a,y\n1,2\n,3\n3,5\n4,4\n",
    "signs.csv": "a,y\n1,2\n-,3\n?,5\n4,4\n",
    "text.csv": "id,a,y\nS1,1,2\nS2,2,3\nS3,3,5\n",
    "dates.csv": "when,y\n13/01/2024,2\n14/01/2024,3\n15/01/2024,5\n",
    "days.csv": "when,y\n20240113,2\n20240114,3\n20240115,5\n",
    "no_header.csv": "1,2\n3,4\n5,7\n",
    "title.csv": "junk,more\na,b,y\n1,2,3\n2,3,5\n",
    "one_cell.csv": "x~y\n1~2\n2~4\n",
    "hashes.csv": "x,y\n1,2\n3,4\n# late\n5,7\n",
    "collinear.csv": "a,b,y\n1,2,3\n2,4,5\n3,6,8\n4,8,9\n",
    "two.csv": "a,b,c,d,y\n1,2,3,4,5\n3,4,6,1,7\n",
    "lr=0.1.csv": "lr=0.1,y\nx1,2\nx2,3\nx3,5\n",
    "backtick.csv": "`lr=0.1`,y\nx1,2\nx2,3\nx3,5\n",
    "weights.csv": "a,w,y\n1,1,2\n2,2,3\n3,1,5\n4,3,4\n",
}
FITS: list[tuple[str, dict[str, Any]]] = [
    ("plain.csv", {}),
    ("plain.csv", {"target": "z"}),
    ("missing.csv", {"target": "y"}),
    ("signs.csv", {"target": "y"}),
    ("text.csv", {"target": "y"}),
    ("text.csv", {"target": "id"}),
    ("dates.csv", {"target": "y"}),
    ("days.csv", {"target": "y"}),
    ("no_header.csv", {"target": "y"}),
    ("title.csv", {"target": "y"}),
    ("one_cell.csv", {"target": "y"}),
    ("hashes.csv", {"target": "y"}),
    ("collinear.csv", {"target": "y", "rank": "error"}),
    ("collinear.csv", {"target": "y"}),
    ("two.csv", {"target": "y"}),
    ("lr=0.1.csv", {"target": "y"}),
    ("backtick.csv", {"target": "y"}),
    ("plain.csv", {"target": "y", "lr": 3.0, "epochs": 50}),
    ("plain.csv", {"target": "y", "lr": 1e-4, "epochs": 5}),
    ("plain.csv", {"target": "y", "epochs": 5, "by": "b"}),
    ("plain.csv", {"target": "y", "folds": 30}),
    ("plain.csv", {"target": "y", "test": 0.0001}),
    ("plain.csv", {"target": "y", "test": 0.99999}),
    ("plain.csv", {"target": "y", "test": 0.3, "by": "b"}),
    ("plain.csv", {"target": "y", "momentum": 0.9}),
    ("plain.csv", {"target": "y", "nesterov": True, "lr": 0.001}),
    ("plain.csv", {"target": "y", "scale": "standard"}),
    ("plain.csv", {"target": "y", "schedule": "1/t"}),
    ("plain.csv", {"target": "y", "line_search": True, "lr": 0.1}),
    ("plain.csv", {"target": "y", "batch_size": 4, "epochs": 20}),
    ("plain.csv", {"target": "y", "optimizer": "adam", "lr": "auto"}),
    ("plain.csv", {"target": "y", "engine": "moments", "optimizer": "adam", "lr": 0.1, "epochs": 3}),
    ("plain.csv", {"target": "y", "dtype": "float32", "epochs": 20}),
    ("plain.csv", {"target": "y", "log_every": 5}),
    ("plain.csv", {"target": "y", "lr": 0.0}),
    ("plain.csv", {"target": "y", "epochs": 0}),
    ("plain.csv", {"target": "y", "threads": 0}),
    ("plain.csv", {"target": "y", "encoding": "no-such"}),
    ("plain.csv", {"target": "y", "where": "a >"}),
    ("plain.csv", {"target": "y", "where": "a > 100"}),
    ("plain.csv", {"target": "y", "skip": 99}),
    ("plain.csv", {"target": "y", "sheet": "x"}),
    ("plain.csv", {"target": "y", "date": "%Q"}),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in DATA.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def said_by_python(call: Any) -> str:
    """The error, the warnings, and what is shown of the model."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            found = call()
        except WxbError as error:
            return str(error)
    return "\n".join(
        [*(str(one.message) for one in heard), str(found.summary() if hasattr(found, "summary") else found)]
    )


def flags(options: dict[str, Any]) -> list[str]:
    typed = []
    for name, value in options.items():
        typed += [f"--{name.replace('_', '-')}"] if value is True else [f"--{name.replace('_', '-')}={value}"]
    return typed


def keywords(shown: str) -> list[str]:
    """Keywords of Python in what was shown; a column, its levels and a file that are called `lr=0.1` may be named."""
    for name in ("lr=0.1.csv", '"lr=0.1"', '\\"lr=0.1\\"', "x60lr=0.1", "lr=0.1[", "lr=0.1``["):
        shown = shown.replace(name, "")
    return [found[0] for found in re.finditer(rf"{KEYWORD.pattern}.*", shown)]


@pytest.mark.parametrize(("name", "options"), FITS, ids=lambda one: str(one)[:60])
@pytest.mark.parametrize("more", [[], ["--json"], ["-q"]], ids=["text", "json", "quiet"])
def test_a_fit(wxb, folder, name, options, more) -> None:
    ended = wxb("fit", folder / name, *flags(options), *more)
    assert keywords(ended.out + ended.err) == []
    if not more:
        assert FLAG.findall(said_by_python(lambda: package.fit(str(folder / name), **options))) == []


@pytest.mark.torch
def test_what_is_done_with_a_model(wxb, folder) -> None:
    from wxb.explaining.expression import explain_expression

    plain, diverged, weighted, fast = (folder / f"{name}.json" for name in ("plain", "diverged", "weighted", "fast"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package.fit(str(folder / "plain.csv"), "y").save(plain)
        package.fit(str(folder / "plain.csv"), "y", lr=3.0, epochs=50).save(diverged)
        package.fit(str(folder / "weights.csv"), "y", weights="w").save(weighted)
        package.fit(str(folder / "plain.csv"), "y", precision="fast").save(fast)
    load, table, other = package.load, str(folder / "plain.csv"), str(folder / "weights.csv")
    both = [
        (("predict", diverged, "--at", "a=1,b=2"), lambda: load(diverged).predict({"a": [1.0], "b": [2.0]})),
        (("predict", plain, folder / "missing.csv"), lambda: load(plain).predict(str(folder / "missing.csv"))),
        (("predict", plain, folder / "text.csv"), lambda: load(plain).predict(str(folder / "text.csv"))),
        (("update", weighted, other, "-o", folder / "o.json"), lambda: package.update(load(weighted), other)),
        (("update", plain, other, "--weights", "a", "-o", folder / "o"), lambda: package.update(load(plain), other, weights="a")),
        (("forget", fast, table, "-o", folder / "o.json"), lambda: package.forget(load(fast), table)),
        (("merge", plain, fast, "-o", folder / "o.json"), lambda: package.merge(load(plain), load(fast))),
        (("merge", plain, table, "-o", folder / "o.json"), lambda: load(table)),
        (("explain", "y = w*x"), lambda: explain_expression("y = w*x", {})),
        (("explain", "y = w**2", "--at", "w=2", "--times", "3"), lambda: explain_expression("y = w**2", {"w": 2}, times=3).text()),
        (("rates", table, "--target", "y", "--lr", "3"), lambda: package.rates(table, "y").verdict(3.0).text),
    ]  # fmt: skip
    for arguments, call in both:
        ended = wxb(*arguments)
        assert keywords(ended.out + ended.err) == []
        assert FLAG.findall(said_by_python(call)) == []


def test_the_patterns_find_what_they_look_for() -> None:
    assert KEYWORD.search("give lr=0.1")
    assert KEYWORD.search("`rank=`")
    assert not KEYWORD.search("--lr=0.1, wxb.fit, clr=2")
    assert FLAG.search("give --lr")
    assert not FLAG.search("a--b")
