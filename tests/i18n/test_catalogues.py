"""The catalogues hold what the code says, all of it and nothing else, with the same places to fill in."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from support import sources

babel = pytest.importorskip("babel")

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

import catalogues  # noqa: E402

read, gathered = cache(catalogues.read), cache(lambda: catalogues.gathered(sources.trees()))


def places(text: str) -> set[str]:
    """What is filled in, each with its format."""
    return {f"{name}:{form}" for __, name, form, ___ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", catalogues.paths(), ids=lambda path: path.parts[-3])
class TestACatalogue:
    def test_it_is_what_gathering_the_code_gives(self, path):
        missing = {message.id for message in gathered()} - {message.id for message in read(path)}
        assert not missing, "make messages"
        assert catalogues.written(read(path)) == path.read_bytes(), "make messages"

    def test_every_text_is_translated(self, path):
        assert [m.id for m in read(path) if m.id and not all(catalogues._texts(m.string))] == []

    def test_no_translation_is_a_guess_or_said_twice(self, path):
        """What a merge of both sides makes of one that both changed."""
        found = [(m, text) for m in read(path) if m.id for text in catalogues._texts(m.string)]
        twice = [text for m, text in found if len(text) > 30 and text[: len(text) // 2] == text[(len(text) + 1) // 2 :]]
        assert twice == []
        assert [m.id for m, __ in found if m.fuzzy] == []

    def test_translations_fill_in_the_same_places(self, path):
        for message in read(path):
            if message.id:
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                asked = set().union(*map(places, ids))
                for text in catalogues._texts(message.string):
                    assert places(text) == asked, message.id


@cache
def faults() -> tuple[list[str], list[str]]:
    """Of every module in one walk: calls that fill in what their text does not name; lines that store a `_` of their own."""
    filled, stored = [], []
    for path, tree in sources.trees().items():
        says, own = False, []
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "_n"):
                filled += [f"{path}:{node.lineno}: {fault}" for fault in wrongly_filled(node, node.func.id)]
            elif isinstance(node, ast.alias):
                says |= node.name == "_"
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == "_":
                own.append(node.lineno)
        stored += [f"{path}: line {line}: call what is thrown away `__`" for line in own if says]
    return filled, stored


def wrongly_filled(call: ast.Call, name: str) -> Iterator[str]:
    forms = 1 if name == "_" else 2
    given = {keyword.arg for keyword in call.keywords} | ({"n"} if forms == 2 else set())
    for text in call.args[:forms]:
        if not isinstance(text, ast.Constant):
            if forms == 2:
                yield "a text that is looked up later is marked with N_"
            continue
        named = {place.split(":")[0] for place in places(text.value)} if call.keywords or forms == 2 else set()
        if not given - ({"n"} if forms == 2 else set()) <= named <= given:
            yield text.value


def test_what_is_filled_in_is_named_where_it_is_said():
    """Every `_` has a plain text, and exactly the values that it fills in."""
    assert faults()[0] == []


def test_nothing_else_is_called_so_where_texts_are_said():
    """`for _ in …` in a function would hide the `_` that says texts."""
    assert faults()[1] == []


COUNTED = re.compile(r"\{\w+(?::[^}]*)?\} (?:rows|epochs|columns|coefficients|terms|steps|groups|degrees)\b")
READ_BY_ALL = (
    "cli",
    "report",
    "learning_rates",
    "hypotheses",
    "pictures",
    "predict",
    "diagnostics",
    "trajectory",
    "passes",
)
SEVERAL = {  # what is never one
    "cli/progress.py",  # counts of a long run, and how many in a second
    "diagnostics/diagnose.py",  # too many terms
    "hypotheses/margins.py",  # too many rows
    "hypotheses/tables.py",  # says both
    "pictures/film.py",  # a list of epochs
    "pictures/run.py",  # says both
    "trajectory/kept.py",  # too many epochs
    "trajectory/path.py",
    "passes/again.py",  # rows of a file that changed
    "passes/workers.py",  # a fault of a source's
}


def test_one_row_is_no_rows():
    """What is counted has two forms: `_n`, or `counted(n, "row")` in its place."""
    for message in gathered():
        module = message.locations[0][0] if message.id else ""
        if isinstance(message.id, str) and module.split("/")[0] in READ_BY_ALL and module not in SEVERAL:
            assert not COUNTED.search(message.id.removeprefix("{count} ")), f"{module}: {message.id}"
