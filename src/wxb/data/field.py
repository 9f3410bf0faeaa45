"""A column before it is read: what it holds as far as is known, and why it cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wxb.data.kinds import NUMBER, WHOLE, Kind, truth
from wxb.errors import DataError
from wxb.printable import show


@dataclass(frozen=True, slots=True)
class Field:
    """A column before it is read.

    name : as in the source            position : its place in the source, from 0
    word : what 1 stands for in a yes/no column ("yes", "TRUE"), "" in a column of numbers
    integral : its numbers are exact integers as far as is known
    note : what to say when it is used ("datetime read as nanoseconds since 1970"), or ""
    problem : None, or the error to raise when it must be numeric (text, nested values, nothing in it); its `do` is
        what would make numbers of it, "" when nothing does
    named : False for a column without a name: it is taken only when asked for
    kind : what its cells mean; made of `word` and `integral` where it is not given
    asked : the name it was asked for by, where that is the same in another Unicode form
    """

    name: str
    position: int
    word: str = ""
    integral: bool = False
    note: str = ""
    problem: Callable[[], DataError] | None = None
    named: bool = True
    kind: Kind = NUMBER
    asked: str = ""

    def __post_init__(self) -> None:
        if self.kind is NUMBER and (self.word or self.integral):
            object.__setattr__(self, "kind", truth(self.word) if self.word else WHOLE)
        if self.kind.note and not self.note:
            object.__setattr__(self, "note", f"{show(self.name)}: {self.kind.note}")

    @property
    def term(self) -> str:
        name = self.asked or self.name
        return f"{name}[{self.word}]" if self.word else name
