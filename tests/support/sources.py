"""The modules of the package as syntax trees, read once in a process: what laws of the code walk over."""

from __future__ import annotations

import ast
import gc
from functools import cache
from pathlib import Path

import wxb

SOURCE = Path(wxb.__file__).parent


@cache
def trees() -> dict[str, ast.Module]:
    """Every module by its place in the package, and the stubs of compiled ones apart from them."""
    return _parsed("*.py")


@cache
def stubs() -> dict[str, ast.Module]:
    return _parsed("*.pyi")


def _parsed(pattern: str) -> dict[str, ast.Module]:
    looked = gc.isenabled()
    gc.disable()  # which looks through half a million nodes again and again
    try:
        return {
            path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8"))
            for path in sorted(SOURCE.rglob(pattern))
        }
    finally:
        if looked:
            gc.enable()
