"""The source text of a frame, and what it says of a variable: read and parsed, never run.

    source_of(frame)("z")  →  the expressions that may have given `z` its value

The text counts only where it is that of the running code: a file may have been edited since, so it is compiled and the code
compared. A notebook's cell cannot change once it runs; the cells before it stand in `In`, the last one that binds a variable
is taken, and says less for certain: it may have ended with an error before.
"""

from __future__ import annotations
import __future__

import ast
import functools
import inspect
import linecache
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FrameType

from wxb.explaining.bindings import possible, rebound_within

MOST_TEXT, MOST_CELLS = 500_000, 300
_FUTURE = functools.reduce(
    int.__or__, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)


@dataclass(frozen=True, slots=True)
class Given:
    """values : what may have been assigned, None for what cannot be told        certain : whether one of them was"""

    values: tuple[ast.expr | None, ...]
    certain: bool


UNTOLD = Given((None,), False)
Source = Callable[[str], Given]


def source_of(frame: FrameType) -> Source | None:
    """What is written of the variables of a frame; None where its text is not to be had."""
    code = frame.f_code
    text, on_disk = _text(code.co_filename, frame)
    tree = _parsed(text) if text else None
    if tree is None or (on_disk and not _is_compiled_from(text, code)):
        return None
    scope = _scope(tree, code)
    if scope is None:
        return None
    cells = [] if on_disk else _cells(frame, text)
    line = frame.f_lineno
    local = (
        {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
        if code.co_flags & inspect.CO_OPTIMIZED
        else frame.f_locals
    )
    arguments = {*inspect.getargs(code).args, *filter(None, inspect.getargs(code)[1:])}
    rebound = {name for one in (tree, *(cell for cell, __ in cells)) for name in rebound_within(one)}

    def written(name: str) -> Given:
        if name in rebound:
            return UNTOLD
        if isinstance(scope, ast.Module):
            return _in_cells([*cells, (tree, line)], name)
        if name in local:
            if name in arguments:
                return UNTOLD
            values, certain = possible(scope.body, name, line)
            return Given(tuple(values), certain)
        everywhere = [possible(one.body, name, None)[0] for one in (*(cell for cell, __ in cells), tree)]
        return Given(tuple(value for values in everywhere for value in values), False)

    return written


def _in_cells(cells: list[tuple[ast.Module, int | None]], name: str) -> Given:
    """Of a cell and those before it, back to the last in which it is bound in any case."""
    found: list[ast.expr | None] = []
    for back, (tree, line) in enumerate(reversed(cells)):
        end = max((one.end_lineno or 0 for one in tree.body), default=0)
        values, certain = possible(tree.body, name, line) if line else _to_the_end(tree, name, end)
        found = [*values, *found]
        if certain:
            return Given(tuple(found), not back)
    return Given(tuple(found), False)


def _to_the_end(tree: ast.Module, name: str, end: int) -> tuple[list[ast.expr | None], bool]:
    """What binds a name in a cell that was run to its end."""
    last = ast.Pass(lineno=end + 1, end_lineno=end + 1, col_offset=0, end_col_offset=4)
    return possible([*tree.body, last], name, end + 1)


def _text(filename: str, frame: FrameType) -> tuple[str, bool]:
    """The text, and whether it is that of a file."""
    text = "".join(linecache.getlines(filename, frame.f_globals))
    entry = linecache.cache.get(filename)
    full = entry[3] if entry is not None and len(entry) == 4 else filename
    return (text if len(text) <= MOST_TEXT else ""), os.path.isfile(full)


@functools.lru_cache(maxsize=32)
def _parsed(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the compiler, said when the text was run
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


@functools.lru_cache(maxsize=32)
def _is_compiled_from(text: str, code: CodeType) -> bool:
    """Whether a text, compiled, has this code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            whole = compile(text, code.co_filename, "exec", flags=code.co_flags & _FUTURE, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return any(one == code for one in _codes(whole))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _scope(
    tree: ast.Module, code: CodeType
) -> ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None:
    """The part of the tree that a code was made from, where only one can be it."""
    if code.co_name == "<module>":
        return tree
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name == code.co_name
        and min([node.lineno, *(one.lineno for one in node.decorator_list)]) == code.co_firstlineno
    ]
    return found[0] if len(found) == 1 else None


def _cells(frame: FrameType, text: str) -> list[tuple[ast.Module, int | None]]:
    """The cells of a notebook before the one that runs, in their order; those that are no Python are left out."""
    history = frame.f_globals.get("In")
    if not isinstance(history, list):
        return []
    texts = [one for one in history[-MOST_CELLS:] if isinstance(one, str) and len(one) <= MOST_TEXT]
    if texts and texts[-1].strip() == text.strip():
        texts.pop()
    trees = [_parsed(one) for one in texts]
    return [(tree, None) for tree in trees if tree is not None]
