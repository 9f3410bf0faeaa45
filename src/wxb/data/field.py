"""A column before it is read: what it holds as far as is known, and why it cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wxb.data.kinds import NUMBER, WHOLE, Kind
from wxb.errors import DataError
from wxb.printable import show


@dataclass(frozen=True, slots=True)
class Field:
    """A column before it is read.

    name : as in the source            position : its place in the source, from 0
    kind : what its cells mean; whole numbers where `integral` says no more than that
    integral : its numbers are exact integers as far as is known
    note : what to say when it is used ("datetime read as nanoseconds since 1970"), or ""
    problem : None, or the error to raise when it must be numeric (text, nested values, nothing in it); its `do` is
        what would make numbers of it, "" when nothing does
    named : False for a column without a name: it is taken only when asked for
    asked : the name it was asked for by, where that is the same in another Unicode form
    doubtful : its cells may mean something else than they are read as, which `note` says
    """

    name: str
    position: int
    kind: Kind = NUMBER
    integral: bool = False
    note: str = ""
    problem: Callable[[], DataError] | None = None
    named: bool = True
    asked: str = ""
    doubtful: bool = False

    def __post_init__(self) -> None:
        if self.kind is NUMBER and self.integral:
            object.__setattr__(self, "kind", WHOLE)
        if self.kind.note and not self.note:
            object.__setattr__(self, "note", f"{show(self.name)}: {self.kind.note}")

    @property
    def word(self) -> str:
        """What 1 stands for in a yes/no column ("yes", "TRUE"), "" in a column of numbers."""
        return self.kind.word

    @property
    def called(self) -> str:
        """The name it was asked for by."""
        return self.asked or self.name

    @property
    def term(self) -> str:
        return f"{self.called}[{self.word}]" if self.word else self.called


def kinds_of(fields: Sequence[Field]) -> Mapping[str, Kind]:
    """What each column holds, by name; of columns of one name the first counts."""
    return {field.name: field.kind for field in reversed(fields)}
