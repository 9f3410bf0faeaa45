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


_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
UNTOLD = Given((None,), False)
Source = Callable[[str], Given]


class _Parsed:
    """A text's tree, and what was asked of it: the same line is explained again and again in a loop."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.rebound = frozenset(rebound_within(tree))
        self._scopes: dict[CodeType, _Scope | None] = {}
        self._possible: dict[tuple[int, str, int | None], tuple[tuple[ast.expr | None, ...], bool]] = {}

    def scope(self, code: CodeType) -> _Scope | None:
        if code not in self._scopes:
            self._scopes[code] = _scope(self.tree, code)
        return self._scopes[code]

    def possible(self, scope: _Scope, name: str, line: int | None) -> tuple[tuple[ast.expr | None, ...], bool]:
        """What may have bound a name in a scope of this tree when a line is reached, and whether one of these must have."""
        asked = id(scope), name, line
        if asked not in self._possible:
            values, certain = possible(scope.body, name, line)
            self._possible[asked] = tuple(values), certain
        return self._possible[asked]

    @functools.cached_property
    def ended(self) -> ast.Module:
        """The same with a line after the last: what holds there holds when a cell was run to its end."""
        end = max((one.end_lineno or 0 for one in self.tree.body), default=0) + 1
        last = ast.Pass(lineno=end, end_lineno=end, col_offset=0, end_col_offset=4)
        return ast.Module([*self.tree.body, last], [])


_Cells = list[tuple[_Parsed, int | None]]


def source_of(frame: FrameType) -> Source | None:
    """What is written of the variables of a frame; None where its text is not to be had."""
    code = frame.f_code
    text, on_disk = _text(code.co_filename, frame)
    parsed = _parsed(text) if text else None
    if parsed is None or (on_disk and not _is_compiled_from(text, code)):
        return None
    scope = parsed.scope(code)
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
    rebound = parsed.rebound.union(*(cell.rebound for cell, __ in cells))

    def written(name: str) -> Given:
        if name in rebound:
            return UNTOLD
        if isinstance(scope, ast.Module):
            return _in_cells([*cells, (parsed, line)], name)
        if name in local:
            if name in arguments:
                return UNTOLD
            return Given(*parsed.possible(scope, name, line))
        everywhere = [one.possible(one.tree, name, None)[0] for one in (*(cell for cell, __ in cells), parsed)]
        return Given(tuple(value for values in everywhere for value in values), False)

    return written


def _in_cells(cells: _Cells, name: str) -> Given:
    """Of a cell and those before it, back to the last in which it is bound in any case."""
    found: list[ast.expr | None] = []
    for back, (parsed, line) in enumerate(reversed(cells)):
        where = parsed.tree if line else parsed.ended
        at = line if line else where.body[-1].lineno
        values, certain = parsed.possible(where, name, at)
        found = [*values, *found]
        if certain:
            return Given(tuple(found), not back)
    return Given(tuple(found), False)


_texts: dict[str, tuple[list[str], str, bool]] = {}  # by file: the lines that `linecache` held, their text


def _text(filename: str, frame: FrameType) -> tuple[str, bool]:
    """The text, and whether it is that of a file; the same string while the lines are the same: it is looked up by its hash."""
    lines = linecache.getlines(filename, frame.f_globals)
    held, text, on_disk = _texts.get(filename, (None, "", False))
    if held is not lines:
        text = "".join(lines)
        text = text if len(text) <= MOST_TEXT else ""
        entry = linecache.cache.get(filename)
        full = entry[3] if entry is not None and len(entry) == 4 else filename
        on_disk = os.path.isfile(full)
        if len(_texts) > MOST_CELLS:
            _texts.clear()
        _texts[filename] = lines, text, on_disk
    return text, on_disk


@functools.lru_cache(maxsize=MOST_CELLS + 32)
def _parsed(text: str) -> _Parsed | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the compiler, said when the text was run
        try:
            return _Parsed(ast.parse(text))
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


def _scope(tree: ast.Module, code: CodeType) -> _Scope | None:
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


def _cells(frame: FrameType, text: str) -> _Cells:
    """The cells of a notebook before the one that runs, in their order; those that are no Python are left out."""
    history = frame.f_globals.get("In")
    if not isinstance(history, list):
        return []
    texts = [one for one in history[-MOST_CELLS:] if isinstance(one, str) and len(one) <= MOST_TEXT]
    if texts and texts[-1].strip() == text.strip():
        texts.pop()
    trees = [_parsed(one) for one in texts]
    return [(tree, None) for tree in trees if tree is not None]
