"""What may have given a variable its value, read from the syntax tree: nothing is run.

    z = 2*y + 5              the last one that must have run before the call is certain
    if steep:
        z = 3*y              after it, this may have run as well
    wxb.explain(z)

In blocks of statements an earlier one of a block that holds the call has run for certain. Behind it, and in loops around the
call, others may have; whoever asks has to rule them out. What is no plain assignment (a loop, an import, `+=`) is None.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[tuple[int, int], ...]  # (block, position in it), from the outermost block
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Binding:
    """value : what was assigned, None where it cannot be told        path, loops : where it stands        line : its first"""

    value: ast.expr | None
    path: Path
    loops: tuple[int, ...]
    line: int


def bindings(body: list[ast.stmt], name: str, path: Path = (), loops: tuple[int, ...] = ()) -> Iterator[Binding]:
    """Every statement that binds a name in this scope, in the order of the text."""
    for position, statement in enumerate(body):
        here = (*path, (id(body), position))
        if _binds(statement, name):
            yield Binding(_assigned(statement, name), here, loops, statement.lineno)
        inner = (*loops, id(statement)) if isinstance(statement, _LOOPS) else loops
        for block in _blocks(statement):
            yield from bindings(block, name, here, inner)


def possible(body: list[ast.stmt], name: str, line: int | None) -> tuple[list[ast.expr | None], bool]:
    """(what may have bound it when a line is reached, whether one of these must have); any of all without a line."""
    found = list(bindings(body, name))
    path, around = ((), ()) if line is None else _path(body, line)
    if line is None or not path:
        return [one.value for one in found], False
    reached = dict(path)
    certain = [i for i, one in enumerate(found) if one.path[-1][1] < reached.get(one.path[-1][0], -1)]
    first = certain[-1] if certain else 0
    outside = set(around) - set(found[first].loops) if certain else set(around)
    kept = [one for one in found[first:] if one.line <= line or outside.intersection(one.loops)]
    return [one.value for one in kept], bool(certain)


def rebound_within(tree: ast.AST) -> set[str]:
    """Names that functions may bind from within: nobody knows when."""
    return {name for node in ast.walk(tree) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}


def _path(body: list[ast.stmt], line: int) -> tuple[Path, tuple[int, ...]]:
    """Where the statement stands that holds a line, and the loops around it."""
    path: list[tuple[int, int]] = []
    loops: list[int] = []
    blocks = [body]
    while blocks:
        block = blocks.pop(0)
        for position, statement in enumerate(block):
            if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
                path.append((id(block), position))
                loops += [id(statement)] if isinstance(statement, _LOOPS) else []
                blocks = _blocks(statement)
                break
    return tuple(path), tuple(loops)


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks within a statement, of the same scope."""
    if isinstance(statement, _SCOPES):
        return []
    holders: list[ast.AST] = [statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
    parts = [getattr(holder, part, None) for holder in holders for part in ("body", "orelse", "finalbody")]
    return [part for part in parts if isinstance(part, list) and part]


def _binds(statement: ast.stmt, name: str) -> bool:
    """Whether a statement binds a name, apart from the blocks within it."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name == name
    within = {id(one) for block in _blocks(statement) for one in block}
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if _binds_itself(node, name):
            return True
        waiting += [child for child in ast.iter_child_nodes(node) if id(child) not in within]
    return False


def _binds_itself(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.alias):
        return node.name == "*" or (node.asname or node.name.split(".")[0]) == name
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return node.name == name
    return isinstance(node, ast.MatchMapping) and node.rest == name


def _assigned(statement: ast.stmt, name: str) -> ast.expr | None:
    """The expression that a plain assignment gives a name, where it is bound once."""
    stores = [one for one in ast.walk(statement) if _binds_itself(one, name)]
    if len(stores) != 1:
        return None
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.value
    if not isinstance(statement, ast.Assign):
        return None
    pairs: list[tuple[ast.expr, ast.expr]] = [(target, statement.value) for target in statement.targets]
    while pairs:
        target, value = pairs.pop()
        if isinstance(target, ast.Name) and target.id == name:
            return value
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            parts = [*target.elts, *value.elts]
            if len(target.elts) == len(value.elts) and not any(isinstance(one, ast.Starred) for one in parts):
                pairs += zip(target.elts, value.elts)
        elif isinstance(target, ast.Tuple | ast.List):  # (g,) = f(w) is g = f(w)[0]
            places = [place for place, one in enumerate(target.elts) if isinstance(one, ast.Name) and one.id == name]
            if places and not any(isinstance(one, ast.Starred) for one in target.elts):
                return ast.Subscript(value, ast.Constant(places[0]), ast.Load())
    return None
