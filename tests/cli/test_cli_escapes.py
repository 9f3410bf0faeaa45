"""Foreign text never steers a terminal: hostile names through every command, on a terminal and piped, and through Python."""

from __future__ import annotations

import csv
import io
import json
import pty
import re
import warnings
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wxb as package
from support.thinned import in_turn
from wxb.cli import main
from wxb.errors import DataError, WxbWarning
from wxb.printable import encodable, json_text, one_line, printable

HOSTILE = {
    "colour": "a\x1b[31mred",
    "title": "a\x1b]0;owned\x07",
    "c1": "a\x9b31m\x85red",
    "bell": "a\x07\x08\x7f",
    "return": "a\rFORGED",
    "line": "a\nFORGED",
    "bidi": "a\u202egnp.exe\u2066",
    "hidden": "a\u200bb\ufeff\u2060\u200d",
    "separator": "a\u2028FORGED",
    "surrogate": "a\udcff",
    "half": "a\ud83d",
    "tag": "a\U000e0041",
    "xml": "a<&\"'\x0b\ufffe>]]>",
}
KEPT = ("공부시간", "café", "cafe\u0301", "naïve λ²", "👩‍🔬", "🏴", "नमस्ते", "می‌خواهم", "a b", "x\\n", "❤️")
# C0 but the line break, DEL, C1, what reorders or hides, surrogates; our own colours are taken out first.
RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0001-\U000e007f]"
)
OURS = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def harmless(text: str) -> None:
    assert RAW.findall(text) == []
    assert not any(line.strip().startswith("FORGED") for line in text.split("\n"))


def table(path: Path, name: str, target: str = "score", rows: int = 12) -> Path:
    """Text in CSV, keys in JSON lines where UTF-8 cannot hold the name."""
    random = np.random.default_rng(5)
    numbers = [(float(i), float(n), float(2 * i + n)) for i, n in enumerate(random.normal(size=rows))]
    if path.suffix == ".jsonl":
        lines = (json.dumps(dict(zip((name, "other", target), row))) for row in numbers)
        path.write_text("\n".join(lines))
    else:
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([(name, "other", target), *numbers])
    return path


COMMANDS = [
    ("fit", "{data}", "-t", "score"),
    ("fit", "{data}", "-t", "score", "-q"),
    ("fit", "{data}", "-t", "score", "--json"),
    ("fit", "{data}", "-t", "score", "-f", "{quoted}"),
    ("fit", "{data}", "-t", "other", "--at", "{name}=3,score=4"),
    ("fit", "{data}", "-t", "{name}"),
    ("fit", "{data}", "-t", "{name}", "--lr", "auto", "--epochs", "30", "--plot"),
    ("fit", "{data}", "-t", "score", "-f", "{quoted}", "--plot"),
    ("fit", "{data}", "-t", "score", "--by", "{name}"),
    ("fit", "{data}", "-t", "score", "--lr", "1", "--epochs", "30"),
    ("fit", "{data}", "-t", "score", "--weights", "{name}"),
    ("fit", "{data}", "-t", "{name}x"),
    ("fit", "{data}", "-t", "score", "-f", "{quoted}x"),
    ("fit", "{data}", "-t", "score", "--start", "{name}=1", "--lr", "0.001"),
    ("fit", "{data}x", "-t", "score"),
    ("fit", "{data}", "-t", "score", "--save", "{folder}/{name}/m.json"),
    ("fit", "{data}", "-t", "score", "--save", "{folder}/{name}.json"),
    ("fit", "{data}", "-t", "score", "--{name}"),
    ("fit", "{data}", "-t", "score", "--epochs", "{name}"),
    ("fit", "{data}", "-t", "score", "--lr", "{name}"),
    ("fit", "{data}", "-t", "score", "--schedule", "{name}", "--lr", "1"),
    ("fit", "{data}", "-t", "score", "--optimizer", "{name}"),
    ("{name}",),
    ("rates", "{data}", "-t", "score", "--lr", "0.01"),
    ("rates", "{data}", "-t", "{name}", "--json"),
    ("cost", "{data}", "-t", "score", "--line", "2*other"),
    ("cost", "{data}", "-t", "{name}", "--line", "2*other"),
    ("cost", "{data}", "-t", "score", "--line", "2*`{name}`"),
    ("cost", "{data}", "-t", "score", "--line", "2*{name}"),
    ("predict", "{model}", "{data}"),
    ("predict", "{model}", "{data}", "--json"),
    ("predict", "{model}", "--at", "{name}=1e9,other=2", "--interval", "0.9"),
    ("predict", "{model}", "--at", "{name}x=1"),
    ("predict", "{model}", "{plain}"),
    ("predict", "{model}", "{data}", "-o", "{folder}/p.csv"),
    ("predict", "{model}", "{data}", "-o", "{folder}/p.jsonl"),
    ("predict", "{model}", "{data}", "-o", "{folder}/p.parquet"),
    ("predict", "{folder}/{name}"),
    ("test", "{model}", "other = 1"),
    ("test", "{model}", "`{name}` = {name}"),
    ("test", "{model}", "{name}", "--json"),
    ("update", "{model}", "{data}", "-o", "{folder}/u.json"),
    ("update", "{model}", "{plain}", "-o", "{folder}/u.json"),
    ("forget", "{model}", "{data}", "-o", "{folder}/f.json"),
    ("merge", "{model}", "{model}", "-o", "{folder}/g.json"),
    ("merge", "{model}", "{plainmodel}", "-o", "{folder}/g.json"),
    ("explain", "y = {name}**2", "--at", "{name}=2"),
    ("explain", "y = `{name}`**2", "--at", "{name}=2"),
    ("watch", "{folder}/{name}.py"),
]


def known(arguments: tuple[str, ...]) -> str:
    return " ".join(arguments).replace("{", "").replace("}", "")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """For each hostile name a table, a model fitted to it, and a folder; plain ones beside them."""
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WxbWarning)
        for key, name in HOSTILE.items():
            folder = tmp_path_factory.mktemp(key)
            data = table(folder / ("t.jsonl" if key in ("surrogate", "half") else "t.csv"), name)
            plain = table(folder / "plain.csv", "hours")
            package.fit(data, "score").save(folder / "m.json")
            package.fit(plain, "score").save(folder / "plain.json")
            found[key] = {
                "name": name, "quoted": f'"{name}"', "data": str(data), "model": str(folder / "m.json"), "folder": str(folder),
                "plain": str(plain), "plainmodel": str(folder / "plain.json"),
            }  # fmt: skip
    return found


@pytest.mark.parametrize("arguments", COMMANDS, ids=known)
def test_no_command_lets_a_name_steer(wxb, monkeypatch, places, arguments):
    for key in HOSTILE:
        filled = [argument.format(**places[key]) for argument in arguments]
        typed = arguments[0] == "explain" and key in ("line", "return", "separator")  # several lines are shown as such
        if key in ("colour", "line", "surrogate") and not typed:
            ended = wxb(*filled)
            harmless(ended.err)
            if arguments[0] != "predict" or len(arguments) != 3:  # CSV for a pipe keeps the true names
                harmless(ended.out)
        on_terminal = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", on_terminal)
            patch.setattr("sys.stderr", on_terminal)
            patch.setenv("TERM", "xterm-256color")
            assert main(filled) in (0, 1, 2), (key, on_terminal.getvalue())
        shown = OURS.sub("", on_terminal.getvalue())
        harmless(shown.replace("FORGED", "") if typed else shown)


def test_csv_on_a_terminal_is_safe_and_in_a_pipe_true(wxb, monkeypatch, places):
    for key, place in places.items():
        filled = ["predict", place["model"], place["data"], "-q"]
        piped = wxb(*filled)
        assert next(csv.reader(io.StringIO(piped.out)))[0] == encodable(HOSTILE[key]), key
        on_terminal = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", on_terminal)
            main(filled)
        harmless(on_terminal.getvalue())


def test_json_says_the_true_names(wxb, places):
    for key, place in places.items():
        assert HOSTILE[key] in wxb("fit", place["data"], "-t", "score", "--json").json["terms"]


def test_python_texts_are_safe(places):
    for key, place in places.items():
        model = package.load(place["model"])
        assert model.terms[0] == HOSTILE[key]
        assert package.load(place["model"]).moments == model.moments
        harmless(str(model))
        harmless(repr(model.terms))
        with pytest.raises(package.WxbError) as caught:
            model.predict({"nothing": [1.0]})
        harmless(str(caught.value))
        groups = package.fit(
            {"x": [1.0, 2, 4, 1, 2, 5], "y": [1.0, 2, 3, 4, 5, 7], "g": [HOSTILE[key]] * 3 + ["b"] * 3}, "y", by="g"
        )
        harmless(str(groups))


@pytest.mark.torch
@pytest.mark.parametrize(("key", "part"), in_turn(2, HOSTILE, [0, 1]))
def test_every_picture_is_well_formed(key, part):
    from wxb.explaining.expression import explain_expression

    name = HOSTILE[key]
    data = {name: [1.0, 2, 3, 4], "other": [2.0, 1, 5, 3], "y": [1.0, 2, 2, 5]}
    for number, columns in enumerate((data, {name: data[name], "y": data["y"]})):
        model = package.fit(columns, "y", lr="auto", epochs=9)
        kinds = ("path", "epochs", "rates", "alpha", "cost", "bowl", "film", "gradients", "graph")
        for kind in kinds[(number + part) % 2 :: 2]:
            drawn = model.plot(kind).svg()
            ElementTree.fromstring(drawn)
            harmless(drawn)
    word = re.sub(r"\W", "", name) or "a"
    ElementTree.fromstring(explain_expression(f"`{word}<&>\x07 x`**2", {f"{word}<&>\x07 x": 2.0}).svg())


def test_messages_and_warnings_are_safe():
    for name in HOSTILE.values():
        harmless(str(DataError(f"there is no column {name}", f"use {name}")))
        harmless(str(WxbWarning(f"{name} is left out")))
        assert str(DataError(str(DataError(name)))) == str(DataError(name))


def test_what_people_write_stays():
    for name in KEPT:
        assert printable(name) == one_line(name) == name
        assert json.loads(json_text(name)) == name
    assert printable("a\tb\nc") == "a\tb\nc"


@given(st.text(st.characters(), max_size=30))
def test_printable_is_harmless_and_changes_nothing_twice(text):
    for made in (printable(text), one_line(text)):
        harmless(made.replace("\t", "").replace("FORGED", ""))
        assert printable(made) == made
        assert one_line(made) == made or made != one_line(text)
    assert json.loads(json_text({text: [text]})) == {text: [text]}
    json_text(text).encode("utf-8")
    encodable(text).encode("utf-8")


def test_a_real_terminal_gets_no_raw_name(places):
    import os
    import subprocess
    import sys

    terminal, child = pty.openpty()
    place = places["colour"]
    running = subprocess.Popen(
        [sys.executable, "-m", "wxb", "predict", place["model"], place["data"], "-q"],
        stdin=child,
        stdout=child,
        stderr=child,
    )
    os.close(child)
    running.wait(timeout=60)
    written = os.read(terminal, 1 << 16).decode("utf-8").replace("\r\n", "\n")
    os.close(terminal)
    assert "\\x1b[31m" in written
    harmless(written)
