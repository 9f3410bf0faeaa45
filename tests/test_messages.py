"""One dialect of messages, read from the syntax tree of every module: how refusals and warnings are written.

`what` was found, where, what was expected; `do` is what to do next. Neither ends in a full stop, begins with a capital that
no name has, or holds two spaces; names stand in backticks; below the command line no option is spelled as a flag; and
every refusal has a `do`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from support import sources

REFUSALS = {"WxbError", "DataError", "NumericalError", "ModelFileError", "ExpressionError", "UsageError"}
NAMES = "Python|NumPy|PyTorch|PyArrow|DuckDB|Excel|Parquet|Arrow|JSON|CSV|UTF-8|UTF-16|NUL|NaN|ISO|SVG|PNG|Ctrl-C|R²|X|W|H|N"
CAPITAL = re.compile(rf"(?!(?:{NAMES})\b)[A-Z]")
FLAG = re.compile(r"(?<![\w-])--[a-z]")
HOLE = "\0"  # what stands for a formatted value

# Where errors are begun that another (`data.problems.unfit`) completes with what can be done about all columns together.
HALF_MADE = ("data/arrow.py", "data/frames.py", "data/problems.py")


def written(node: ast.expr | None) -> str | None:
    """The literal text of an expression, a HOLE for each value in it; None when it is no literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "_n") and node.args:
        text = written(node.args[0])  # what is filled in is a value; a text without values is as it stands
        return (
            re.sub(r"\{[^{}]*\}", HOLE, text) if text is not None and len(node.keywords) + len(node.args) > 1 else text
        )
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = [written(side) for side in (node.left, node.right)]
        return None if sides == [None, None] else "".join(HOLE if side is None else side for side in sides)
    return None


def choices(node: ast.expr | None) -> list[ast.expr | None]:
    """The texts an expression may be: both branches of a condition."""
    return [*choices(node.body), *choices(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def faults_of_text(text: str, module: str) -> Iterator[str]:
    """What is not the dialect in one text."""
    if text.endswith(".") and not text.endswith("…"):
        yield "ends in a full stop"
    if CAPITAL.match(text):
        yield "begins with a capital"
    if re.search(r"(?<!\n)(?<! )  +(?! )", text):
        yield "holds two spaces"
    if FLAG.search(text) and not module.startswith("cli/"):
        yield "spells a flag"
    outside = "".join(text.split("`")[::2])
    if re.search(f"(['\"]){HOLE}\\1", outside):
        yield "a name in quotes, not backticks"


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr | None, ast.expr | None]]:
    """(call, what, do) of every refusal that is made."""
    for node in ast.walk(tree):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if (
            isinstance(node, ast.Call)
            and name in REFUSALS
            and not any(isinstance(part, ast.Starred) for part in node.args)
        ):
            given = dict(zip(("what", "do"), node.args)) | {word.arg: word.value for word in node.keywords}
            yield node, given.get("what"), given.get("do")


def faults(module: str, tree: ast.AST) -> list[str]:
    """Every place of a module that does not speak the dialect."""
    found = []
    for call, what, do in calls(tree):
        if do is None or (written(do) == "" and module not in HALF_MADE):
            found.append(f"{module}:{call.lineno} has no `do`")
        for node in (*choices(what), *choices(do)):
            text = written(node)
            found += [f"{module}:{call.lineno} {fault}: {text!r}" for fault in faults_of_text(text or "", module)]
    return found


def test_messages_are_written_in_one_dialect():
    assert not [fault for module, tree in sources.trees().items() for fault in faults(module, tree)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("the file is empty.", "full stop"),
        ("The file is empty", "capital"),
        ("the file  is empty", "two spaces"),
        ("give --lr 0.1", "flag"),
        (f"column '{HOLE}' is not there", "backticks"),
    ],
)
def test_each_fault_is_found(text, fault):
    assert any(fault in found for found in faults_of_text(text, "data/files.py"))
    assert not list(faults_of_text("Python's `csv` says: line 1\n    a-b, c -- d, `--lr`"[:38], "data/files.py"))
