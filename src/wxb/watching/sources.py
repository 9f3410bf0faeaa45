"""Where in the user's own code something happened, and what is written there.

A frame is the *user's* when its file is neither torch, nor this package, nor the standard library; an installed package
(a training framework) is taken only when no file of the user's own is on the stack. Python 3.11+ knows the columns of
every instruction, so the operands of `pred - y` can be called by the text the user gave them.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import os
import re
import sys
import sysconfig
import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from types import FrameType, TracebackType
from typing import Any

from wxb.watching.finding import NOWHERE, Finding, Site

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STANDARD = os.path.join(sysconfig.get_paths()["stdlib"], "")
_INSTALLED = tuple({os.path.join(sysconfig.get_paths()[kind], "") for kind in ("purelib", "platlib")})
_ALLOW = re.compile(r"#\s*wxb:\s*allow\s+([a-z, -]+)")

USER, LIBRARY, HIDDEN = 0, 1, 2


@lru_cache(maxsize=4096)
def whose(filename: str) -> int:
    """Whether a file is the user's, an installed library's, or never to be named (torch, this package, Python)."""
    if filename.startswith("<"):
        return HIDDEN if filename.startswith(("<frozen", "<attrs", "<__array")) else USER
    path = os.path.abspath(filename)
    if path.startswith(HERE):
        return HIDDEN
    for installed in _INSTALLED:
        if path.startswith(installed):
            return HIDDEN if path[len(installed) :].split(os.sep, 1)[0] in ("torch", "functorch") else LIBRARY
    if f"{os.sep}site-packages{os.sep}" in path or f"{os.sep}dist-packages{os.sep}" in path:
        return HIDDEN if f"packages{os.sep}torch{os.sep}" in path else LIBRARY
    return HIDDEN if path.startswith(_STANDARD) else USER


def user_frame(frame: FrameType | None = None) -> FrameType | None:
    """The innermost frame of the user's, or of a library when no file of the user's is on the stack."""
    frame = frame or sys._getframe(1)
    library = None
    while frame is not None:
        kind = whose(frame.f_code.co_filename)
        if kind == USER:
            return frame
        if kind == LIBRARY and library is None:
            library = frame
        frame = frame.f_back
    return library


def user_frames(frame: FrameType | None = None) -> list[FrameType]:
    """Every frame of the user's on the stack, innermost first."""
    frame = frame or sys._getframe(1)
    found = []
    while frame is not None:
        if whose(frame.f_code.co_filename) == USER:
            found.append(frame)
        frame = frame.f_back
    return found


def without_our_frames(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback with this package's frames cut out, and torch's that only led to them and came back to the same place."""
    kept: list[TracebackType] = []
    returning = False  # the last frame was our lens: torch is about to enter again what it was in before
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename.startswith(HERE):
            if kept and kept[-1].tb_frame.f_code.co_name == "handle_torch_function":
                kept.pop()
                returning = True
        else:
            if returning and kept and kept[-1].tb_frame.f_code is code:
                kept.pop()
            returning = False
            kept.append(traceback)
        traceback = traceback.tb_next
    for one, following in zip(kept, [*kept[1:], None]):
        one.tb_next = following
    return kept[0] if kept else None


def variables(frame: FrameType) -> list[tuple[str, Any]]:
    """The names and values a frame sees, without keeping any of them alive.

    Before Python 3.13 `f_locals` of a function is a copy that the frame then keeps until it returns: `del big` would free
    nothing. The copy is emptied again, unless the user holds it too (they called `locals()`).
    """
    seen = frame.f_locals
    found = list(seen.items())
    if type(seen) is dict and frame.f_code.co_flags & inspect.CO_OPTIMIZED and sys.getrefcount(seen) <= 3:
        seen.clear()
    return found


def refresh() -> None:
    """Forget sources read earlier: a file may have been edited since."""
    linecache.checkcache()
    _tree.cache_clear()
    _written_at.cache_clear()


def site_of(frame: FrameType | None) -> Site:
    return Site(frame.f_code.co_filename, frame.f_lineno) if frame is not None else NOWHERE


def line_text(site: Site) -> str:
    """The source line without its comment, as the user wrote it."""
    text = linecache.getline(site.file, site.line).strip() if site.line else ""
    return re.sub(r"\s+#.*$", "", text)


_parsing = (
    threading.Lock()
)  # Python 3.11 counts the depth of all trees together, and fails where two threads make one at once


@lru_cache(maxsize=64)
def _tree(filename: str) -> ast.Module | None:
    try:
        with _parsing:
            return ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError):
        return None


def with_source(finding: Finding) -> Finding:
    """The finding with its line's text, where the rule did not give one."""
    return finding if finding.source else replace(finding, source=line_text(finding.site))


def statement_lines(site: Site) -> range:
    """The lines of the simple statement around a line; of a compound one (`for`, `with`) only the line itself."""
    tree = _tree(site.file)
    best: ast.stmt | None = None
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            last = node.end_lineno or node.lineno
            if node.lineno <= site.line <= last:
                best = node
    return range(best.lineno, (best.end_lineno or best.lineno) + 1) if best else range(site.line, site.line + 1)


def allowed(rule: str, site: Site) -> bool:
    """Whether `# wxb: allow <rule>` stands on the line of the finding (or a line of the same statement)."""
    if not site.line:
        return False
    for number in statement_lines(site):
        match = _ALLOW.search(linecache.getline(site.file, number))
        if match and rule in re.split(r"[,\s]+", match.group(1)):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Expression:
    """The text of the expression being evaluated and of its two operands, "" where it cannot be told.

    argument : of a call with only one
    """

    text: str = ""
    argument: str = ""
    left: str = ""
    right: str = ""
    left_opens_axis: bool = False
    right_opens_axis: bool = False


def expression_at(frame: FrameType | None, instruction: int | None = None) -> Expression:
    """The binary operation or call the frame is in the middle of, with the text of its first two operands.

    instruction : of a frame that has been left, the one that raised (`tb_lasti`)
    """
    if frame is None:
        return Expression()
    index = (frame.f_lasti if instruction is None else instruction) // 2
    wanted = next(islice(frame.f_code.co_positions(), index, None), None)
    node = _written_at(frame.f_code.co_filename, wanted) if wanted is not None else None
    return Expression() if node is None else _operands(node)


@lru_cache(maxsize=4096)
def _written_at(filename: str, wanted: tuple[Any, ...]) -> ast.BinOp | ast.Call | ast.AugAssign | None:
    """The binary operation or call at the lines and columns that an instruction has; of two the outer one.

    Statements on other lines are passed over: all of a file take long to walk.
    """
    layer: list[ast.AST] = [tree] if (tree := _tree(filename)) is not None else []
    while layer:
        below: list[ast.AST] = []
        for node in layer:
            if isinstance(node, ast.BinOp | ast.Call | ast.AugAssign) and wanted == _position(node):
                return node
            below += [one for one in ast.iter_child_nodes(node) if not _beside(one, wanted[0])]
        layer = below
    return None


def _position(node: ast.expr | ast.stmt) -> tuple[Any, ...]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def _beside(node: ast.AST, line: int | None) -> bool:
    """Whether a statement and its decorators stand on other lines."""
    if not isinstance(node, ast.stmt) or line is None:
        return False
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    return not first <= line <= (node.end_lineno or line)


def _operands(node: ast.BinOp | ast.Call | ast.AugAssign) -> Expression:
    if isinstance(node, ast.BinOp):
        pair: list[ast.expr] = [node.left, node.right]
    elif isinstance(node, ast.AugAssign):
        pair = [node.target, node.value]
    else:
        pair = [*node.args, *(word.value for word in node.keywords)]
        if isinstance(node.func, ast.Attribute) and len(pair) < 2:
            pair.insert(0, node.func.value)
    if len(pair) < 2:
        return Expression(ast.unparse(node), ast.unparse(pair[0]) if pair else "")
    return Expression(
        ast.unparse(node),
        "",
        ast.unparse(pair[0]),
        ast.unparse(pair[1]),
        _opens_axis(pair[0]),
        _opens_axis(pair[1]),
    )


def _opens_axis(node: ast.expr) -> bool:
    """Whether the operand's own text inserts an axis (`a[:, None]`, `a.unsqueeze(0)`): broadcasting is meant."""
    if isinstance(node, ast.Subscript):
        return any(isinstance(part, ast.Constant) and part.value is None for part in ast.walk(node.slice))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "unsqueeze"
    return False
