"""What a lesson is made of, for every painter: words, formulas, tables, lines, pictures, code, commands.

Words     a paragraph; names of code stand in backticks
Formula   as plain text, and for whoever sets it (TeX)
Table     rows of cells; the first row, and the first `left` columns, are heads
Lines     as they stand: what a program printed
Shown     a picture
Code      Python to be typed, and what it gives: computed now. A notebook runs it instead
Command   for the command line
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wxb.i18n import _
from wxb.marks.scene import Scene

INSTALL = "pip install 'wxb[torch]'"


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    text: str
    tex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    rows: tuple[tuple[str, ...], ...]
    left: int = 1
    words_last: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    scene: Scene


@dataclass(frozen=True, slots=True)
class Code:
    source: str
    gives: tuple[Words | Table | Lines | Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    line: str


Part: TypeAlias = Words | Formula | Table | Lines | Shown | Code | Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """key : its name in links and identifiers        number : "" for what comes after the lesson"""

    key: str
    number: str
    title: str
    parts: tuple[Part, ...]

    @property
    def heading(self) -> str:
        return f"{self.number}  {self.title}" if self.number else self.title

    def flat(self) -> Iterator[Part]:
        """Its parts, each code followed by what it gives."""
        for part in self.parts:
            yield part
            if isinstance(part, Code):
                yield from part.gives


def needs_torch() -> tuple[Words | Lines, ...]:
    """What stands where PyTorch would have given something."""
    return (Words(_("This part is PyTorch's, which is not installed. It comes with:")), Lines((INSTALL,)))
