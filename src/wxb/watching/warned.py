"""Warnings that would carry a line of ours carry the line that they carry unwatched.

torch's C code names the frame that runs, its Python code one so many frames above: under the lens that is the lens, or short
of the line meant. Such a warning is issued anew with our frames left out, by that file's own filters and memory of what was
shown.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from wxb.watching.sources import HERE

SHOWS = "_showwarnmsg"  # of `warnings`, by which everything is shown or recorded


def install(replace: Callable[[Any, str, Callable[[Any], Any]], None]) -> None:
    """replace : hooks' own way of wrapping"""
    if hasattr(warnings, SHOWS):
        replace(warnings, SHOWS, _naming)


def _naming(original: Any) -> Any:
    def show(message: Any) -> Any:
        caller = sys._getframe(1)
        passed = _until(caller, message.filename, message.lineno) if caller.f_code is not show.__code__ else []
        if not any(frame.f_code.co_filename.startswith(HERE) for frame in passed):
            return original(message)
        named, left = passed[-1], _unwatched(passed[0])
        there = next((frame for place, frame in enumerate(left) if place == len(passed) - 1), None)
        if there is None:
            return original(message)
        named.f_globals.pop("__warningregistry__", None)  # else the next, of another line, is taken for the same
        registry = there.f_globals.setdefault("__warningregistry__", {})
        module = there.f_globals.get("__name__") or "<unknown>"
        return warnings.warn_explicit(message.message, message.category, there.f_code.co_filename, there.f_lineno, module,
                                      registry, source=message.source)  # fmt: skip

    return show


def _until(frame: FrameType | None, file: str, line: int) -> list[FrameType]:
    """The frames from this one to the one that a warning names, none where it is not there."""
    passed = []
    while frame is not None:
        passed.append(frame)
        if (frame.f_code.co_filename, frame.f_lineno) == (file, line):
            return passed
        frame = frame.f_back
    return []


def _unwatched(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames from this one up as they are unwatched: without ours, and those by which a function of torch's came to us."""
    while frame is not None:
        if not frame.f_code.co_filename.startswith(HERE):
            yield frame
            frame = frame.f_back
            continue
        frame = frame.f_back
        if frame is not None and frame.f_code.co_name == "handle_torch_function":
            frame = frame.f_back.f_back if frame.f_back is not None else None
