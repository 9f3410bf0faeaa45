"""Public programs in miniature: each run as it is and with the faults that its last lines describe, watched and unwatched.

    # fault: rule  what a person forgot
    # - a line that goes (the 2nd like it: `# - line  # 2`)
    # + the lines that come in its place, indented as it was
    # @ the line that is to be named, where it is not the last that came

`rule` is `none` where no one can know from the run that it is not meant.

    python tests/watching/miniatures.py [-v] [program …]      prints the table (-v: with the reports of what was missed)
"""

from __future__ import annotations

import contextlib
import io
import random
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from wxb.watching import Report, watch

FOLDER = Path(__file__).parent.parent / "loops" / "miniatures"
PROGRAMS = sorted(path.stem for path in FOLDER.glob("*.py"))
ORDINAL = re.compile(r"\s{2}# (\d+)$")


@dataclass(slots=True)
class Version:
    """A program, clean or with one fault.   line : that is to be named, 0 for none"""

    program: str
    text: str
    rule: str = ""
    about: str = ""
    line: int = 0


@dataclass(slots=True)
class Outcome:
    """What a version printed, how it ended, what it left behind, and what watching said."""

    printed: str = ""
    error: str = ""
    left: list[Any] = field(default_factory=list)
    report: Report | None = None


def versions(program: str) -> list[Version]:
    text = (FOLDER / f"{program}.py").read_text(encoding="utf-8")
    clean, *faults = text.split("# fault: ")
    return [Version(program, clean), *(_faulty(program, clean, fault) for fault in faults)]


def _faulty(program: str, clean: str, fault: str) -> Version:
    head, *edits = fault.strip("\n").splitlines()
    rule, __, about = head.partition("  ")
    lines: list[str | None] = [*clean.splitlines()]
    kept: list[list[str]] = [[line] for line in clean.splitlines()]
    place, indent, named = -1, "", ""
    for edit in edits:
        kind, wanted = edit[2:3], edit[4:]
        if kind == "-":
            place = _find(lines, wanted)
            line = lines[place] or ""
            indent, lines[place], kept[place] = line[: len(line) - len(line.lstrip())], None, []
        elif kind == "+":
            kept[place].append(indent + wanted)
        else:
            named = wanted
    last = next((line for line in reversed(kept[place])), "") if place >= 0 else ""
    whole = [line if group else "" for group in kept for line in (group or [""])]
    line = _find(whole, named or last.strip()) + 1 if rule != "none" else 0
    return Version(program, "\n".join(whole) + "\n", rule, about, line)


def _find(lines: list[Any], wanted: str) -> int:
    """The place of a line by its text; of several alike, the one whose number stands behind it."""
    ordinal = ORDINAL.search(wanted)
    wanted = ORDINAL.sub("", wanted).strip()
    places = [place for place, line in enumerate(lines) if line is not None and line.strip() == wanted]
    assert places, f"no line {wanted!r}"
    assert ordinal or len(places) == 1, f"{len(places)} lines {wanted!r}"
    return places[int(ordinal.group(1)) - 1 if ordinal else 0]


def run(version: Version, path: Path, watched: bool) -> Outcome:
    """Run a version as __main__. path : where its text lies"""
    torch.manual_seed(0)
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - what the programs draw from
    main = ModuleType("__main__")  # no dict: its members would be learned by the name it has here
    main.__file__ = str(path)
    outcome, printed = Outcome(), io.StringIO()
    code = compile(version.text, str(path), "exec")
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own about broadcasting and the order of a schedule
        try:
            if watched:
                with watch(version.program) as outcome.report:
                    exec(code, main.__dict__)  # noqa: S102 - a program of this folder
            else:
                exec(code, main.__dict__)  # noqa: S102
        except Exception as raised:
            outcome.error = f"{type(raised).__name__}: {raised}"
    outcome.printed = printed.getvalue()
    outcome.left = [torch.get_rng_state().numpy().tobytes(), random.getstate(), str(np.random.get_state())]  # noqa: NPY002
    outcome.left += [tensor.detach().clone().to_dense().numpy().tobytes() for tensor in _tensors(vars(main))]
    return outcome


def _tensors(names: dict[str, Any]) -> Iterator[torch.Tensor]:
    """Every parameter, buffer and tensor that the names of a program lead to, in order."""
    seen: set[int] = set()
    waiting: list[Any] = [names]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, torch.Tensor):
            yield one
        elif isinstance(one, torch.nn.Module):
            waiting += [*vars(one).values(), *one.parameters(), *one.buffers()]
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
        elif type(one).__module__ == "__main__":
            waiting += vars(one).values()


def write(version: Version, number: int, folder: Path) -> Path:
    path = folder / f"{version.program}_{number}.py"
    path.write_text(version.text, encoding="utf-8")
    return path


def named(version: Version, outcome: Outcome) -> bool:
    """Whether the fault was named at its line."""
    assert outcome.report is not None
    return (version.rule, version.line) in {(finding.rule, finding.line) for finding in outcome.report.findings}


def table(programs: list[str], folder: Path, *, reports: bool) -> str:
    """A line for each program: what was said of it as it is, and the rules of its faults, in brackets where one was missed."""
    rows, false, found, faults = [], 0, 0, 0
    for program in programs:
        row = f"{program:26}"
        for number, version in enumerate(versions(program)):
            path = write(version, number, folder)
            plain, seen = run(version, path, watched=False), run(version, path, watched=True)
            assert seen.report is not None
            right = named(version, seen) if number else not seen.report.findings
            false += not number and not right
            faults, found = faults + bool(number), found + bool(number and right)
            row += f"{(version.rule or 'clean') if right else f'({version.rule or chr(33)})':20}"
            if (plain.printed, plain.error, plain.left) != (seen.printed, seen.error, seen.left):
                row += "NOT THE SAME "
            if reports and not right:
                rows.append(f"--- {program} {number}: {version.rule} at line {version.line}: {version.about}")
                rows.append(f"{seen.error[:300]}\n{seen.report.text()}")
        rows.append(row)
    return "\n".join([*rows, f"{false} false alarms; {found} of {faults} faults named at their line"])


if __name__ == "__main__":
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        print(
            table([one for one in sys.argv[1:] if one in PROGRAMS] or PROGRAMS, Path(folder), reports="-v" in sys.argv)
        )
