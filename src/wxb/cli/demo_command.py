"""`wxb demo`: the lesson, a section at a time on a terminal, all at once for a pipe; or as a notebook.

On a terminal a section is shown as soon as it is computed, a page at a time where it is longer than the screen. Enter goes
on, a number jumps, `l` lists the sections, `b` goes back, `q` ends.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

from wxb import lesson
from wxb.cli.extras import has_torch
from wxb.cli.outputs import check_output
from wxb.cli.screen import Screen
from wxb.cli.streams import alphabet_of, is_coloured, is_terminal, width_of
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.lesson.parts import Code, Command, Section, Shown
from wxb.lesson.terminal import Block, blocks, lines
from wxb.printable import printable, shell_word

WIDEST = 80
PROMPT = 2  # lines that the question below a page takes


def run(screen: Screen, *, notebook: Path | None = None, all: bool = False) -> int:
    """Teach, or write the notebook."""
    if notebook is not None:
        return _write(screen, notebook)
    if screen.as_json:
        torch = has_torch()
        sections = [_record(lesson.section(place, torch)) for place in range(len(lesson.plan(torch)))]
        screen.answer({"torch": torch, "sections": sections})
        return 0
    if all or not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return _at_once()
    return _by_sections()


def _write(screen: Screen, path: Path) -> int:
    from wxb.lesson.notebook import notebook
    from wxb.writing import write_atomically

    if path.suffix.lower() != ".ipynb":
        raise UsageError(_("`{path}`: a notebook ends in .ipynb", path=path), _("end its name so"))
    check_output(path, kind="notebook")
    write_atomically(path, notebook())
    screen.answer({"notebook": str(path)})
    screen.saved(path)
    call = f"jupyter lab {shell_word(str(path))}"
    screen.more(f"  {_('next:')} {call}")
    return 0


def _record(section: Section) -> dict[str, Any]:
    """A section for a machine: its lines but pictures, what can be typed, and the pictures as scenes."""
    flat = [part for part in section.flat() if not isinstance(part, Shown)]
    return {
        "title": section.heading,
        "text": [line for part in flat if not isinstance(part, Code | Command) for line in lines(part)],
        "commands": [part.line for part in flat if isinstance(part, Command)],
        "calls": [part.source for part in flat if isinstance(part, Code)],
        "pictures": [part.scene.to_json() for part in section.parts if isinstance(part, Shown)],
    }


def _blocks(place: int) -> list[Block]:
    """A section as it is painted on stdout."""
    width = max(40, min(width_of(sys.stdout), WIDEST))
    coloured = is_coloured(sys.stdout)
    found = blocks(lesson.section(place, has_torch()), width, alphabet_of(sys.stdout), coloured)
    return [[f"\x1b[1m{line}\x1b[0m" for line in found[0]], *found[1:]] if coloured else found


def _at_once() -> int:
    print(f"{_(lesson.TITLE)}\n")
    for place in range(len(lesson.plan(False))):
        for block in _blocks(place):
            print("\n".join(block), end="\n\n")
        sys.stdout.flush()
    return 0


def _by_sections() -> int:
    """What the reader asks for, until the end or `q`. Ctrl-C ends it as `q` does, but for the exit code."""
    place, last = 0, len(lesson.plan(False)) - 1
    print(f"{printable(_(lesson.ABOUT))}\n")
    while True:
        answer = _shown(place)
        while answer == "l":
            print(*_listed(), sep="\n")
            answer = _asked(_("number: go there · q: the end"))
        if answer == "q" or (answer == "" and place == last):
            return 0
        place = _next(place, answer, last)


def _next(place: int, answer: str, last: int) -> int:
    """Where an answer leads; what is no answer stays where it is."""
    if answer == "":
        return min(place + 1, last)
    if answer == "b":
        return max(place - 1, 0)
    if answer.isdecimal() and 1 <= int(answer) <= last + 1:
        return int(answer) - 1
    print(_("there are the sections 1 to {last}", last=last + 1))
    return place


def _shown(place: int) -> str:
    """Show a section by pages; what the reader answers below the last of them, or earlier when it leads elsewhere."""
    pages = list(_pages(_blocks(place), get_terminal_size((80, 24)).lines - PROMPT))
    for page in pages[:-1]:
        print("\n".join(page))
        answer = _asked(_("Enter: more · q: the end"))
        if answer:
            return answer
    print("\n".join(pages[-1]))
    return _asked(_("Enter: on · b: back · number: go there · l: list · q: the end"))


def _pages(found: list[Block], height: int) -> Iterator[list[str]]:
    """Blocks on pages, none cut that fits on one."""
    height = max(height, 6)
    page: list[str] = []
    for block in found:
        if page and len(page) + len(block) + 1 > height:
            yield page
            page = []
        while len(block) > height:
            yield block[:height]
            block = block[height:]
        page += [*block, ""]
    yield page


def _listed() -> list[str]:
    return [f"  {place:>2}  {title}" for place, (__, title, ___) in enumerate(lesson.plan(False), 1)]


def _asked(question: str) -> str:
    """The answer to a question below a page; the end of input is the end."""
    try:
        return input(f"{question} > ").strip().lower()
    except EOFError:
        print()
        return "q"
    except KeyboardInterrupt:
        print()
        raise
