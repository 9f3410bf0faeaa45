"""A section for a terminal: blocks of lines that belong together, so that a page ends between them where it can.

Code stands after `>>>`, commands after `$`, each so that it can be copied. Words are folded to the width; code, tables and
what programs print have at most 76 cells, and stand as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wxb.lesson.parts import Code, Command, Formula, Lines, Part, Section, Shown, Table, Words
from wxb.marks.measure import folded, is_wide
from wxb.marks.terminal import terminal
from wxb.printable import cells, in_ascii
from wxb.report.lines import table

if TYPE_CHECKING:
    from wxb.marks.canvas import Alphabet

INDENT = "  "
Block = list[str]


def blocks(section: Section, width: int = 80, alphabet: Alphabet = "braille", coloured: bool = False) -> list[Block]:
    """The heading, then a block for each part. coloured : pictures hold escapes of a terminal"""
    head = f"── {section.heading} "
    found = [[head + "─" * max(width - cells(head), 0)]]
    for part in section.flat():
        if isinstance(part, Shown):
            found.append(terminal(part.scene, width, alphabet, coloured).split("\n"))
        elif isinstance(part, Command) and found[-1][0].startswith(f"{INDENT}$ "):
            found[-1] += lines(part, width, alphabet)
        else:
            found.append(lines(part, width, alphabet))
    return found


def lines(part: Part, width: int = 80, alphabet: Alphabet = "braille") -> Block:
    """What a part says, but a picture."""
    if isinstance(part, Words):
        plain, room = part.text.replace("`", ""), width - len(INDENT)
        if alphabet == "ascii" and not is_wide(plain):  # signs become words there, before lines are made of them
            plain = in_ascii(plain)
        return [INDENT + line for line in folded(plain, lambda text: cells(text) <= room, 99)]
    if isinstance(part, Formula):
        return [INDENT * 3 + part.text]
    if isinstance(part, Table):
        wide = table(part.rows, left=part.left, words_last=part.words_last)
        narrow = max(map(cells, wide)) > width
        return table(part.rows, left=part.left, words_last=part.words_last, gap="  ") if narrow else wide
    if isinstance(part, Lines):
        return [f"{INDENT}{line}".rstrip() for line in part.lines]
    if isinstance(part, Code):
        return [INDENT + line for line in prompted(part.source)]
    return [INDENT + line for line in typed(part.line)] if isinstance(part, Command) else []


def prompted(source: str) -> list[str]:
    """Code as Python's prompt shows it; lines that go on are after `...`."""
    return [f"{'...' if line[0] in ' )' else '>>>'} {line}" for line in source.split("\n") if line]


def typed(command: str, width: int = 74) -> list[str]:
    """A command as it is typed, broken before an option where it is long."""
    found = [""]
    for position, word in enumerate(command.split(" --")):
        option = f" --{word}" if position else f"$ {word}"
        if position and cells(found[-1] + option) > width:
            found[-1] += " \\"
            option = f"       {option}"
            found.append("")
        found[-1] += option
    return found
