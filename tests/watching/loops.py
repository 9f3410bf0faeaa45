"""Run the small scripts of tests/loops in this process, watched or not, and read their marks."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import warnings
from dataclasses import dataclass
from pathlib import Path

import torch

from wxb.watching import Report, watch

FOLDER = Path(__file__).parent.parent / "loops"
LIKE = re.compile(r"like:\s*([a-z -]+)")
MARK = re.compile(r"#\s*fault:\s*([a-z-]+)")
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a script printed, how it ended, and what watching said."""

    printed: str
    error: str
    report: Report | None


def marks(name: str) -> set[tuple[str, int]]:
    """(rule, line) of every fault marked in a script."""
    lines = (FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()
    return {(found.group(1), number) for number, line in enumerate(lines, 1) if (found := MARK.search(line))}


def alike(name: str) -> set[str]:
    """The rules that a clean script, by its first line, could be taken to break."""
    first = (FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()[0]
    return {rule for found in LIKE.findall(first) for rule in found.split()}


def run(name: str, watched: bool) -> Outcome:
    """Run one script as __main__; torch's generator starts from the same state each time."""
    torch.manual_seed(0)
    printed, error, report = io.StringIO(), "", None
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own warning about broadcasting is what some scripts provoke
        try:
            if watched:
                with watch(name) as report:
                    runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
            else:
                runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
    return Outcome(printed.getvalue(), error, report)
