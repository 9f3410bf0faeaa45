"""The house keeps its measures: no circles of imports, short modules and functions, tests that stand where what they test stands.

What is above a measure stands in a list here, and so does nothing that is not: the lists can only shrink.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from support import sources

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "wxb"
LONGEST_MODULE, LONGEST_BODY = 350, 45

CIRCLES: dict[str, set[str]] = {}  # module → what it imports in a circle
LONG_MODULES: set[str] = set()
LONG_BODIES: set[str] = set()
SHARED = {"fuzz", "loops", "reference", "support"}  # folders of tests that stand for no room


def _name(path: Path) -> str:
    parts = ("wxb", *path.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, ast.Module]:
    """Every module by name; a compiled one stands for itself by its stub, which imports nothing that counts."""
    return {_name(Path(path)): tree for path, tree in (sources.trees() | sources.stubs()).items()}


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules of ours that a module imports, anywhere in it: in functions and for types as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in modules():
                    yield whole
                elif node.module in modules() and node.module != "wxb":  # the package itself serves names lazily
                    yield str(node.module)


@cache
def imports() -> dict[str, frozenset[str]]:
    """Of every module but the package itself."""
    return {name: frozenset(imported(tree)) for name, tree in modules().items() if name != "wxb"}


def circle_without(open_edges: dict[str, set[str]]) -> list[str] | None:
    graph = {name: edges - open_edges.get(name, set()) for name, edges in imports().items()}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return error.args[1]
    return None


def test_no_module_imports_itself_by_way_of_others() -> None:
    found = circle_without(CIRCLES)
    assert found is None, " → ".join(found or ())
    for module, edges in CIRCLES.items():
        for edge in edges:
            left = {**CIRCLES, module: edges - {edge}}
            assert circle_without(left) is not None, f"{module} → {edge} is no circle any more"


def test_modules_are_short() -> None:
    paths = {_name(path.relative_to(SOURCE)): path for path in SOURCE.rglob("*.py")}
    long = {name for name, path in paths.items() if len(path.read_text("utf-8").splitlines()) > LONGEST_MODULE}
    assert long == LONG_MODULES


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines without the signature and the docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_are_short() -> None:
    long = {
        f"{name}.{node.name}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _body(node) > LONGEST_BODY
    }
    assert long == LONG_BODIES


def test_tests_stand_where_what_they_test_stands() -> None:
    rooms = {path.stem for path in SOURCE.iterdir() if path.is_dir() or path.suffix == ".py"}
    folders = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("*.py"))}
    assert folders - rooms - SHARED == set()


@pytest.mark.parametrize("room", sorted(path.parent.name for path in SOURCE.glob("*/__init__.py")))
def test_every_room_has_tests(room: str) -> None:
    assert any((ROOT / "tests" / room).glob("test_*.py"))


def test_modules_of_tests_are_told_apart_by_name() -> None:
    """pytest imports them by their last name: of two with one name a whole run stops at the second."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert {name for name in names if names.count(name) > 1} == set()
