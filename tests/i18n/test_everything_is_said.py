"""No sentence stands in the code but as a text for the catalogues: read from the syntax tree of every module.

A sentence is three English words in a row, in a string that is no docstring, no `repr`, and not given to `_`, `_n` or `N_`.
What a refusal says and what a screen shows is a text too, however short.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import sources

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

import catalogues  # noqa: E402

SENTENCE = re.compile(r"[A-Za-z]{2,},? [a-z]{2,},? [a-z]{2,}")
WORD = re.compile(r"[A-Za-z]{3,}")
HOLE = "\0"

REFUSALS = {"WxbError", "DataError", "NumericalError", "ModelFileError", "ExpressionError", "UsageError"}
SHOWN = {"show", "more", "warn", "log"}
NO_SENTENCES = {  # code, what PyTorch says, what is wrong with our own JavaScript
    "__init__.py": "module 'wxb' has no attribute",
    "trajectory/__init__.py": "module 'wxb.trajectory' has no attribute",
    "cli/language.py": "^! Korean letters",  # said where nothing but English can be
    "data/dask_results.py": "not in index",  # what pandas says
    "cli/completion.py": "local line state|names=",
    "explaining/build.py": "^modified in place$",
    "explaining/graph.py": "^modified by an inplace operation$",
    "laboratory/joined.py": "are imported as they|is not joined|exports no|stands in|import each other|is not within",
    "laboratory/style.py": "^:root[{]",
    "lesson/descending.py": "optimizer",
    "lesson/gradients.py": "backward|^wxb ",
    "lesson/line.py": "^wxb |^W = torch",
    "keywords.py": r"^(?!.* (?:the|is|of|a) )[\w ]+$",  # lists of names
    "hypotheses/names.py": "^`target of none` ~ 0",
    "marks/svg.py": "^@media screen",
    "page/style.py": "[{]font|[{]border|[{]margin",
    "report/transcripts/python.py": "def ",
    "watching/rules/torch_says.py": ".",
    "watching/rules/untracked.py": "^does not require grad$",
}


def written(node: ast.AST) -> str | None:
    """The literal text of a node, with a HOLE for each value in it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def no_texts(tree: ast.AST) -> set[int]:
    """What is said already (by `_`), or said to nobody: docstrings, parts of a larger text, reprs, assertions."""
    passed: set[int] = set()
    for node in ast.walk(tree):
        inside: list[ast.AST] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in catalogues.FORMS:
            inside = [*node.args[:2]]
        elif isinstance(node, ast.JoinedStr):
            inside = [part for part in node.values if isinstance(part, ast.Constant)]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside = [node.value]
        elif isinstance(node, ast.Assert) or (isinstance(node, ast.FunctionDef) and node.name == "__repr__"):
            inside = [node]
        passed |= {id(one) for each in inside for one in ast.walk(each)}
    return passed


def faults(tree: ast.AST, allowed: str = "") -> Iterator[str]:
    """What a module says past the catalogues."""
    passed = no_texts(tree)
    for node in ast.walk(tree):
        text = written(node)
        if text and id(node) not in passed and SENTENCE.search(text) and not (allowed and re.search(allowed, text)):
            yield f"line {node.lineno}: {text!r}"  # pyright: ignore[reportAttributeAccessIssue]
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            for given in [*call.args[:2]] if name in REFUSALS or name in SHOWN else []:
                text = "".join((written(given) or "").split("`")[::2])  # names and calls stand in backticks
                if WORD.search(text) and not re.match(r"wxb |pip install ", text):
                    yield f"line {call.lineno}: {text!r}"


def test_what_is_said_comes_from_a_catalogue():
    found = {module: list(faults(tree, NO_SENTENCES.get(module, ""))) for module, tree in sources.trees().items()}
    assert {module: faulty for module, faulty in found.items() if faulty} == {}


@pytest.mark.parametrize(
    "code",
    [
        'raise UsageError(_("the file is empty"), "give another")',
        'raise UsageError(f"{path} is empty", do)',
        'screen.show("finished")',
        'notes.append(f"{n} rows were left out")',
        'TEXTS = {1: "too many rows were given"}',
    ],
)
def test_each_fault_is_found(code):
    assert list(faults(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'raise UsageError(_("{path} is empty", path=p), f"`{x}`")',
        'TEXTS = {1: N_("too many rows were given")}',
        'def f():\n    """Not a text at all."""',
        'class A:\n    def __repr__(self):\n        return f"A({self.n} rows of all there are)"',
    ],
)
def test_what_is_none_is_left_alone(code):
    assert not list(faults(ast.parse(code)))
