"""What reading found: rows, what was dropped and why, what a column turned out to hold, what the user should know.

Each part gives its own when it was read to its end; they add up in the order of the parts, in whatever way they are put together:
(a + b) + c is a + (b + c).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wxb.data.block import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Of some parts read to their end.

    rows : of the source        left_out : of them, by a condition        dropped : of the others, incomplete
    missing : {column: missing cells}        notes : what was recognised or done, each once, in order of the rows
    cautions : those of the notes that a careful user must see: rows dropped, cells that may mean something else
    inexact : places, among features and target, of columns taken for exact by type that hold other numbers
    content : a sum of the bits of all numbers, by which other rows are told when they are read again; 0 where nobody looks
    """

    rows: int = 0
    dropped: int = 0
    left_out: int = 0
    missing: Mapping[str, int] = field(default_factory=dict[str, int])
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    inexact: frozenset[int] = frozenset()
    content: int = 0

    def __add__(self, other: Reading) -> Reading:
        names = dict.fromkeys((*self.missing, *other.missing))
        return Reading(
            rows=self.rows + other.rows,
            dropped=self.dropped + other.dropped,
            left_out=self.left_out + other.left_out,
            missing={name: self.missing.get(name, 0) + other.missing.get(name, 0) for name in names},
            notes=tuple(dict.fromkeys((*self.notes, *other.notes))),
            cautions=tuple(dict.fromkeys((*self.cautions, *other.cautions))),
            inexact=self.inexact | other.inexact,
            content=(self.content + other.content) % 2**64,
        )


Blocks = Generator["Block", None, Reading]  # blocks of rows, and at their end what was found


class Read:
    """Blocks to go through once; `reading` is what was found, there when they are exhausted."""

    reading: Reading

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks

    def __iter__(self) -> Iterator[Block]:
        self.reading = yield from self._blocks
